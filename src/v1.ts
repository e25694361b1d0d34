// The table of contents of the API: every resource, under the current release and under each one by name.
import type { FastifyInstance, RouteOptions } from 'fastify'
import { Type } from 'typebox'
import { readAddresses } from './http/addresses.ts'
import { setCacheHeaders } from './http/caching.ts'
import { announceDeprecations } from './http/deprecation.ts'
import { openExports } from './http/exports.ts'
import type { Metrics } from './http/metrics.ts'
import { propertiesOf } from './http/query-string.ts'
import { resolveScope } from './http/scope.ts'
import { areaRoutes } from './resources/areas/areas.route.ts'
import { changeRoutes } from './resources/changes/changes.route.ts'
import { citationRoutes } from './resources/citation/citation.route.ts'
import { agencyRoutes, themeRoutes } from './resources/code-lists/code-lists.route.ts'
import { countRoutes } from './resources/findings/counts.route.ts'
import { findingRoutes } from './resources/findings/findings.route.ts'
import { findingExportRoutes } from './resources/findings/findings-export.route.ts'
import { inspectionRoutes } from './resources/inspections/inspections.route.ts'
import type { ResourceOptions } from './resources/options.ts'
import { publicationRoutes } from './resources/publications/publications.route.ts'
import { diffRoutes } from './resources/releases/diff.route.ts'
import { fileRoutes } from './resources/releases/files.route.ts'
import { releaseRoutes } from './resources/releases/releases.route.ts'
import { versionParameter } from './resources/releases/releases.schema.ts'
import { serviceRoutes } from './resources/service/service.route.ts'

interface Options extends Omit<ResourceOptions, 'sendExport'> {
  readonly build: string
  readonly exportsMax: number
  readonly metrics: Metrics
}

export async function v1(
  app: FastifyInstance,
  { db, catalogue, publicUrl, build, exportsMax, metrics }: Options,
): Promise<void> {
  const exports = openExports(exportsMax, metrics)
  app.addHook('preClose', exports.stop)
  const options = { db, catalogue, publicUrl, sendExport: exports.send }
  announceDeprecations(app)
  resolveScope(app, options)
  setCacheHeaders(app, { publicUrl, build, namesLinks: true })
  const readAddress = readAddresses(app, '/v1/citation', options)
  await app.register(serviceRoutes, options)
  await app.register(releaseRoutes, options)
  await app.register(fileRoutes, options)
  await app.register(diffRoutes, options)
  await app.register(changeRoutes, options)
  await app.register(citationRoutes, { readAddress })
  await app.register(data, options)
  await app.register(pinnedData, { ...options, prefix: '/releases/:version' })
}

async function data(
  app: FastifyInstance,
  { db, catalogue, publicUrl, sendExport }: ResourceOptions,
): Promise<void> {
  const options = { db, catalogue, publicUrl, sendExport }
  await app.register(areaRoutes, options)
  await app.register(inspectionRoutes, options)
  await app.register(publicationRoutes, options)
  await app.register(agencyRoutes, options)
  await app.register(themeRoutes, options)
  await app.register(findingRoutes, options)
  await app.register(findingExportRoutes, options)
  await app.register(countRoutes, options)
}

async function pinnedData(
  app: FastifyInstance,
  { db, catalogue, publicUrl, sendExport }: ResourceOptions,
): Promise<void> {
  app.addHook('onRoute', pinRoute)
  await app.register(data, { db, catalogue, publicUrl, sendExport })
}

/** Gives a data route its second life under a release: its own operation, and the version as a parameter. */
function pinRoute(route: RouteOptions): void {
  const { schema } = route
  if (schema === undefined || schema.hide === true) return
  route.schema = {
    ...schema,
    operationId: `${schema.operationId}AtRelease`,
    summary: `${schema.summary}, at a release`,
    description: `${schema.description} As that release has it, for ever.`,
    tags: ['pinned'],
    params: Type.Object({ version: versionParameter, ...propertiesOf(schema.params) }),
  }
}
