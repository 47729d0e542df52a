import { Agent, request } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One request of the driver, which shares the machine with what it drives: no fetch, no cookie jar. */
export const send = (
  method: 'GET' | 'POST',
  url: string,
  options: {
    readonly body?: unknown
    readonly cookie?: string
    readonly headers?: Record<string, string>
  } = {},
): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const body = options.body === undefined ? undefined : JSON.stringify(options.body)
    const call = request(
      url,
      {
        agent,
        method,
        headers: {
          accept: 'application/json',
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          ...(options.cookie === undefined ? {} : { cookie: options.cookie }),
          ...options.headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    call.on('error', (error) => {
      // The server closed a connection that had been idle too long, and never saw this request.
      const unseen = call.reusedSocket && (error as { code?: string }).code === 'ECONNRESET'
      if (unseen) send(method, url, options).then(resolve, reject)
      else reject(error)
    })
    call.end(body)
  })

/** `name=value` of every cookie that an answer sets. */
export const cookiesOf = ({ headers }: Reply): string =>
  (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';', 1)[0] ?? '').join('; ')
