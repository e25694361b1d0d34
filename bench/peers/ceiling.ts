// As fast as Fastify can be: one bare route for each form of an answer, with the bytes and the header fields that UPSTREAM
// (a server asked at the start) gives for ASKED. HEADERLESS=1 leaves out every field but those of the body.
import Fastify from 'fastify'
import { ask } from '../ask.ts'
import { forms, headersOf } from '../forms.ts'
import { listen } from './listen.ts'

const { UPSTREAM = '', ASKED = '', HEADERLESS } = process.env
const ofConnection = ['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']
const ofBody = ['content-type', 'content-encoding']

const app = Fastify()
for (const form of forms) {
  const { status, headers, body } = await ask(UPSTREAM + ASKED, await headersOf(form, UPSTREAM + ASKED))
  const kept = Object.fromEntries(
    Object.entries(headers).filter(([name]) =>
      HEADERLESS === undefined ? !ofConnection.includes(name) : ofBody.includes(name),
    ),
  )
  const [path = ''] = ASKED.split('?')
  app.get(`/${form}${path}`, (_request, reply) => {
    reply
      .code(status)
      .headers(kept)
      .send(status === 304 ? undefined : body)
  })
}
await listen(app)
