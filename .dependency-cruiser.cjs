// Which way imports may point. Enforced by npm run check:imports, which also fails when nothing was checked.
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

module.exports = {
  forbidden: [
    rule('no-cycles', 'The import graph is a tree of reasons.', {}, { circular: true }),
    rule(
      'only-dialect-knows-pg',
      'pg stays behind one door.',
      { pathNot: '^src/db/dialect\\.ts$' },
      { path: 'node_modules/(pg|@types/pg)/' },
    ),
    rule(
      'no-fastify-in-data',
      'Queries, data set and database know nothing of HTTP.',
      { path: '(^src/(db|dataset|lib)/|\\.query\\.ts$|\\.filter\\.ts$)' },
      { path: 'node_modules/(fastify|@fastify/)' },
    ),
    rule(
      'lib-is-pure',
      'lib imports nothing of ours but lib and errors.',
      { path: '^src/lib/' },
      { path: '^(src|seeds|migrations)/', pathNot: '^src/(lib/|errors\\.ts$)' },
    ),
    rule(
      'db-looks-down',
      'The database layer knows no resource, no HTTP, no app.',
      { path: '^src/db/' },
      { path: '^src/(http|resources|explorer|bin|app|v1|server)' },
    ),
    rule(
      'dataset-looks-down',
      'The data set knows the database, nothing above it.',
      { path: '^src/dataset/' },
      { path: '^src/(http|resources|explorer|bin|app|v1|server)' },
    ),
    rule(
      'http-knows-no-resource',
      'Cross-cutting plugins know no resource.',
      { path: '^src/http/' },
      { path: '^src/(resources|explorer|bin|app|v1|server)' },
    ),
    rule(
      'resources-look-down',
      'A resource knows no app.',
      { path: '^src/resources/' },
      { path: '^src/(explorer|bin|app|v1|server)' },
    ),
    rule(
      'resource-keeps-to-itself',
      "A resource never reaches into another's route or query.",
      { path: '^src/resources/([^/]+)/' },
      {
        path: '^src/resources/([^/]+)/.+\\.(route|query|filter|expand)\\.ts$',
        pathNot: '^src/resources/$1/',
      },
    ),
    rule(
      'schema-is-plain',
      'A schema imports schemas, records and lib only.',
      { path: '\\.schema\\.ts$' },
      { path: '^src/', pathNot: '(\\.schema\\.ts$|^src/lib/|^src/dataset/(records|finding-table)\\.ts$)' },
    ),
    rule(
      'nobody-imports-server',
      'The process is started, never imported.',
      {},
      { path: '^src/server\\.ts$' },
    ),
    rule(
      'migrations-are-frozen',
      'A migration imports kysely only.',
      { path: '^migrations/' },
      { pathNot: 'node_modules/kysely/' },
    ),
    rule(
      'src-knows-no-test',
      'Shipped code imports no test and no dev tool.',
      { path: '^(src|seeds|migrations)/', pathNot: '^src/bin/(check-|licences)' },
      { path: '^test/', dependencyTypes: ['npm-dev'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
}
