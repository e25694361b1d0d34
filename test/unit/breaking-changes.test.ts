// The check of the contract: additions pass, and each kind of change that would break a client is found.
import t from 'tap'
import { findBreakingChanges } from '../../src/bin/breaking-changes.ts'
import { readContract } from '../support/contract.ts'

type Node = Record<string, unknown>

const fresh = (): Node => JSON.parse(readContract('v1.json'))

/** A member of the contract by its path. */
function at(document: Node, ...steps: readonly (string | number)[]): Node {
  return steps.reduce<Node>((inside, step) => {
    const next: unknown = Reflect.get(inside, step)
    if (typeof next !== 'object' || next === null)
      throw new Error(`there is no ${step} of ${steps.join('/')}`)
    return next as Node
  }, document)
}

const list = ['paths', '/v1/findings', 'get'] as const
const parameter = (document: Node, name: string): Node => {
  const found = Object.values(at(document, ...list, 'parameters')).find((one) => Object(one).name === name)
  return at({ found }, 'found')
}
const schemas = ['components', 'schemas'] as const

const additions: Readonly<Record<string, (document: Node) => void>> = {
  'a path': (document) => {
    at(document, 'paths')['/v1/more'] = at(document, 'paths', '/v1/areas')
  },
  'an optional parameter': (document) => {
    const parameters = at(document, ...list, 'parameters')
    Object.assign(parameters, {
      [Object.keys(parameters).length]: { name: 'more', in: 'query', schema: { type: 'string' } },
    })
  },
  'a value that may be asked for': (document) => {
    const { schema } = parameter(document, 'sort')
    Object(schema).enum.push('title')
  },
  'a larger limit': (document) => {
    Object(parameter(document, 'limit').schema).maximum = 1_000
  },
  'a field': (document) => {
    at(document, ...schemas, 'Finding', 'properties').more = { type: 'string' }
  },
  'a type of publication': (document) => {
    Object(at(document, ...schemas, 'Publication', 'properties', 'type')).enum.push('podcast')
  },
  'another description': (document) => {
    at(document, ...schemas, 'Finding', 'properties', 'summary').description = 'Other words.'
  },
}

const breaks: Readonly<Record<string, readonly [string, (document: Node) => void]>> = {
  'a path that is gone': [
    '/v1/areas: is gone',
    (document) => {
      delete at(document, 'paths')['/v1/areas']
    },
  ],
  'another name of an operation': [
    '/v1/findings: operationId was listFindings',
    (document) => {
      at(document, ...list).operationId = 'getFindings'
    },
  ],
  'a parameter that is gone': [
    '/v1/findings: query parameter basis is gone',
    (document) => {
      parameter(document, 'basis').name = 'ground'
    },
  ],
  'a parameter that is required now': [
    '/v1/findings: query parameter area is required now',
    (document) => {
      parameter(document, 'area').required = true
    },
  ],
  'a new parameter that is required': [
    '/v1/findings: query parameter key is new and required',
    (document) => {
      const parameters = at(document, ...list, 'parameters')
      const schema = { type: 'string' }
      Object.assign(parameters, {
        [Object.keys(parameters).length]: { name: 'key', in: 'query', required: true, schema },
      })
    },
  ],
  'a value that may not be asked for any more': [
    '/v1/findings: query parameter sort: relevance is not allowed any more',
    (document) => {
      Object(parameter(document, 'sort').schema).enum.pop()
    },
  ],
  'a smaller limit': [
    '/v1/findings: query parameter limit: maximum was 500, is 50',
    (document) => {
      Object(parameter(document, 'limit').schema).maximum = 50
    },
  ],
  'another default': [
    '/v1/findings: query parameter limit: default was 100, is 20',
    (document) => {
      Object(parameter(document, 'limit').schema).default = 20
    },
  ],
  'a format that is gone': [
    '/v1/findings.csv 200: text/csv is gone',
    (document) => {
      const content = at(document, 'paths', '/v1/findings.csv', 'get', 'responses', '200', 'content')
      content['text/plain'] = content['text/csv']
      delete content['text/csv']
    },
  ],
  'a field that is gone': [
    '/v1/findings/{id} 200.data: note is gone',
    (document) => {
      delete at(document, ...schemas, 'Finding', 'properties').note
      delete at(document, ...schemas, 'SparseFinding', 'properties').note
    },
  ],
  'a field of another type': [
    '/v1/areas 200.data[].gss_code: was string, is integer',
    (document) => {
      at(document, ...schemas, 'Area', 'properties').gss_code = { type: 'integer' }
    },
  ],
  'a field that may be missing': [
    '/v1/areas 200.data[]: name may be missing now',
    (document) => {
      const { required } = at(document, ...schemas, 'Area')
      at(document, ...schemas, 'Area').required = Object(required).filter((name: string) => name !== 'name')
    },
  ],
  'a field that may be null': [
    '/v1/areas 200.data[].name: was string, is null',
    (document) => {
      const fields = at(document, ...schemas, 'Area', 'properties')
      fields.name = { anyOf: [fields.name, { type: 'null' }] }
    },
  ],
  'a field of what stands within, one alternative of several': [
    '/v1/findings 200.data[].evidence[]: page is gone',
    (document) => {
      delete at(document, ...schemas, 'Evidence', 'properties').page
    },
  ],
  'a field that may be missing in one alternative of several': [
    '/v1/findings 200.data[]: summary may be missing now',
    (document) => {
      const { required } = at(document, ...schemas, 'Finding')
      at(document, ...schemas, 'Finding').required = Object(required).filter(
        (name: string) => name !== 'summary',
      )
    },
  ],
  'a problem that says less': [
    '/v1/findings 400: errors is gone',
    (document) => {
      delete at(document, ...schemas, 'Problem', 'properties').errors
    },
  ],
  'a status that is gone': [
    '/v1/findings: 400 is gone',
    (document) => {
      delete at(document, ...list, 'responses')['400']
    },
  ],
  'another way to write a list': [
    '/v1/findings: query parameter area: explode was false, is true',
    (document) => {
      parameter(document, 'area').explode = true
    },
  ],
  'a new value of a closed set': [
    '/v1/findings 200.data[].kind: praise is a new value of a closed set',
    (document) => {
      Object(at(document, ...schemas, 'Finding', 'properties', 'kind')).enum.push('praise')
      Object(at(document, ...schemas, 'SparseFinding', 'properties', 'kind')).enum.push('praise')
    },
  ],
}

t.test('the contract breaks nothing of itself', async (t) => {
  t.same(findBreakingChanges(fresh(), fresh()), [])
})

for (const [name, add] of Object.entries(additions)) {
  t.test(`${name} may be added`, async (t) => {
    const after = fresh()
    add(after)
    t.not(JSON.stringify(after), JSON.stringify(fresh()))
    t.same(findBreakingChanges(fresh(), after), [])
  })
}

for (const [name, [line, spoil]] of Object.entries(breaks)) {
  t.test(`${name} is found`, async (t) => {
    const after = fresh()
    spoil(after)
    t.ok(findBreakingChanges(fresh(), after).includes(line), findBreakingChanges(fresh(), after).join('\n'))
  })
}
