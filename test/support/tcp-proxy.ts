import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** A wire between a process and a server that can be cut, and that can lose an answer. */
export interface TcpProxy {
  readonly port: number
  /** Cuts every connection and takes no new one, until it is called with false. */
  cut(down: boolean): void
  /**
   * Lets the n-th request from now on that contains `bytes` through to the server, waits for its answer, and cuts the connection
   * instead of passing the answer on: the server has done it, the client does not know.
   */
  loseAnswer(bytes: string, n: number): void
  /** How many requests with the bytes of `loseAnswer` have passed since it was called. */
  readonly passed: number
  /** Whether the answer was lost. */
  readonly lost: boolean
  close(): Promise<void>
}

export const startTcpProxy = async (target: {
  readonly host: string
  readonly port: number
}): Promise<TcpProxy> => {
  const open = new Set<Socket>()
  let down = false
  let wanted: { readonly bytes: string; readonly n: number } | null = null
  let passed = 0
  let lost = false

  const join = (client: Socket): void => {
    if (down) return void client.destroy()
    const server = connect(target.port, target.host)
    let losing = false
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        open.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (data) => {
      if (wanted !== null && data.includes(wanted.bytes)) {
        passed++
        losing = passed === wanted.n
      }
      server.write(data)
    })
    server.on('data', (data) => {
      if (!losing) return void client.write(data)
      lost = true
      client.destroy()
    })
  }

  const listener = createServer(join)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    port: address.port,
    cut(now) {
      down = now
      if (down) for (const socket of open) socket.destroy()
    },
    loseAnswer(bytes, n) {
      wanted = { bytes, n }
      passed = 0
      lost = false
    },
    get passed() {
      return passed
    },
    get lost() {
      return lost
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    },
  }
}

/** The address of a server with the proxy in its place. */
export const through = (url: string, proxy: TcpProxy): string => {
  const changed = new URL(url)
  changed.hostname = '127.0.0.1'
  changed.port = String(proxy.port)
  return changed.href
}
