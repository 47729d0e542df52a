import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Where the SDK's core serves its metrics, for `Runtime.install` and for the scrape. */
export interface CoreMetrics {
  /** host:port, loopback only. */
  readonly bindAddress: string
  /** Schedule-to-start, sticky cache, polls and all else that the core counts; empty where it does not answer. */
  text(): Promise<string>
}

/** The core binds a port of its own and says only its number; one that is free now is handed to it, and read through. */
export const createCoreMetrics = async (): Promise<CoreMetrics> => {
  const bindAddress = `127.0.0.1:${await freePort()}`
  return {
    bindAddress,
    text: async () => {
      try {
        const response = await fetch(`http://${bindAddress}/metrics`, { signal: AbortSignal.timeout(1_000) })
        return response.ok ? withMisses(await response.text()) : ''
      } catch {
        return ''
      }
    },
  }
}

/** The core tells of cache misses from the first one on; an alert wants to see none. */
const misses = 'temporal_sticky_cache_miss'
const withMisses = (text: string): string =>
  text.includes(`# TYPE ${misses} `) ? text : `${text}# TYPE ${misses} counter\n${misses} 0\n`

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
