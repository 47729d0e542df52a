import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

type Listener = {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly origin: string
  /** Stops listening and drops every open connection: nobody waits for a hanging answer. */
  readonly close: () => Promise<void>
}

const ownNames = new Set(['127.0.0.1', 'localhost'])

/** Whether a request was meant for this machine: a name of somebody's own that resolves to 127.0.0.1 would let a foreign page in. */
const meantForUs = ({ headers }: IncomingMessage): boolean =>
  ownNames.has((headers.host ?? '').replace(/:\d+$/, '').toLowerCase())

/**
 * Listens on 127.0.0.1 (port 0: any free one). The handler is made once the origin is known, because an
 * issuer is its own address. Rejects with the server's error if the port is taken.
 */
export async function listenOnLoopback(
  port: number,
  handlerFor: (origin: string) => Handler | Promise<Handler>,
): Promise<Listener> {
  let open: (handle: Handler) => void = () => undefined
  // A request may come before the handler is made: it waits.
  const opened = new Promise<Handler>((resolve) => (open = resolve))
  const server = createServer((request, response) => {
    if (!meantForUs(request))
      response.writeHead(421, { 'Content-Type': 'text/plain' }).end('Open this by 127.0.0.1 or localhost.\n')
    else void opened.then((handle) => handle(request, response))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  try {
    open(await handlerFor(origin))
  } catch (error) {
    await close()
    throw error
  }
  return { origin, close }
}
