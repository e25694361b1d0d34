// What the benchmarks use of autocannon, which brings no types.
declare module 'autocannon' {
  type Headers = import('node:http').OutgoingHttpHeaders
  type Context = Record<string, unknown>

  namespace autocannon {
    interface Request {
      readonly method?: string
      readonly path?: string
      readonly headers?: Headers
    }
    interface Options extends Request {
      readonly url: string
      readonly connections: number
      /** Seconds; or `amount` of requests. */
      readonly duration?: number
      readonly amount?: number
      /** Milliseconds between two looks at what has come. */
      readonly sampleInt?: number
      readonly expectBody?: string
      readonly requests?: readonly {
        /** Makes each request; the context is that of its response. */
        setupRequest(request: Request, context: Context): Request
        onResponse(status: number, body: string, context: Context): void
      }[]
    }
    interface Result {
      /** Seconds. */
      readonly duration: number
      readonly errors: number
      readonly timeouts: number
      readonly mismatches: number
      readonly statusCodeStats: Readonly<Record<string, { readonly count: number }>>
    }
  }
  function autocannon(options: autocannon.Options): Promise<autocannon.Result>
  export = autocannon
}
