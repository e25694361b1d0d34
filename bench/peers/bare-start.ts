// The least a server like this one has to load and open before it answers: Fastify, its OpenAPI plugin, a pool of pg, and
// one route that reads which release DATABASE_URL holds.
import swagger from '@fastify/swagger'
import Fastify from 'fastify'
import pg from 'pg'
import { listen } from './listen.ts'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })

const app = Fastify()
await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'Bare', version: '1.0.0' } } })
app.get('/v1', async () => {
  const { rows } = await pool.query('SELECT version, released_at FROM release ORDER BY id DESC LIMIT 1')
  return rows[0]
})
await listen(app)
