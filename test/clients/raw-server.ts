import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { selfSigned } from './self-signed.js'

/** A TCP server that does with each connection what a test wants. */
export interface RawServer {
  readonly port: number
  /** All that clients have sent so far. */
  received(): string
  connections(): number
  close(): Promise<void>
}

const start = async (server: Server, sockets: Socket[], chunks: Buffer[]): Promise<RawServer> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    received: () => Buffer.concat(chunks).toString('latin1'),
    connections: () => sockets.length,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** @param treat gets each connection, from which nothing is read before it says so */
export const startRawServer = (treat: (socket: Socket) => void): Promise<RawServer> => {
  const [sockets, chunks]: [Socket[], Buffer[]] = [[], []]
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.push(socket.on('error', () => undefined))
    socket.on('data', (chunk) => chunks.push(chunk)).pause()
    treat(socket)
  })
  return start(server, sockets, chunks)
}

/** The same behind a certificate that nobody vouches for; `received` is what came after the handshake. */
export const startTlsServer = (): Promise<RawServer> => {
  const [sockets, chunks]: [Socket[], Buffer[]] = [[], []]
  const server = createTlsServer(selfSigned, (socket: Socket) =>
    socket.on('data', (chunk: Buffer) => chunks.push(chunk)),
  )
  server.on('connection', (socket: Socket) => sockets.push(socket.on('error', () => undefined)))
  server.on('tlsClientError', () => undefined)
  return start(server, sockets, chunks)
}

/** Reads a request to the end of its body, then calls back; for requests that tell the length of their body. */
export const afterRequest =
  (then: (socket: Socket) => void) =>
  (socket: Socket): void => {
    let head = ''
    let left = Number.POSITIVE_INFINITY
    const read = (chunk: Buffer): void => {
      if (left === Number.POSITIVE_INFINITY) {
        head += chunk.toString('latin1')
        const end = head.indexOf('\r\n\r\n')
        if (end < 0) return
        left = Number(/^content-length: (\d+)/im.exec(head)?.[1]) - (head.length - end - 4)
      } else {
        left -= chunk.length
      }
      if (left > 0) return
      socket.off('data', read)
      then(socket)
    }
    socket.on('data', read).resume()
  }
