import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'

export interface Balancer {
  readonly port: number
  close(): Promise<void>
}

/**
 * One address in front of several: each connection goes to the next that takes it. What breaks on the way is told to the client by
 * a broken connection, as any load balancer does.
 * @param port on 127.0.0.1; any free one where absent
 */
export const startBalancer = async (
  targets: readonly (readonly [host: string, port: number])[],
  port = 0,
): Promise<Balancer> => {
  const open = new Set<Socket>()
  let turn = 0

  const join = (client: Socket, left = targets.length): void => {
    const [host, port] = targets[turn++ % targets.length] ?? ['', 0]
    const server = connect(port, host)
    let joined = false
    server.once('connect', () => {
      joined = true
      client.pipe(server).pipe(client)
    })
    server.once('error', () => {
      if (!joined && left > 1 && !client.destroyed) join(client, left - 1)
      else client.destroy()
    })
    server.once('close', () => {
      open.delete(server)
      if (joined) client.destroy()
    })
    client.once('close', () => server.destroy())
    open.add(server)
  }

  const server = createServer((client) => {
    open.add(client)
    client.on('error', () => client.destroy())
    client.once('close', () => open.delete(client))
    join(client)
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}
