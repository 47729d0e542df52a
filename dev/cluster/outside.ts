import { startDemoProvider } from '../demo/provider.js'
import type { DemoLog } from '../demo/log.js'
import { startMailSink } from '../demo/sink.js'
import type { MailSink } from '../demo/sink.js'
import { freePort } from '../ports.js'
import { demoClient, seed } from '../seed.js'
import { createServices } from '../services.js'
import type { Services } from '../services.js'
import { startBalancer } from './balancer.js'
import type { Balancer } from './balancer.js'
import { startCluster } from './cluster.js'
import type { Cluster } from './cluster.js'

export interface ClusterWithPeople extends Cluster {
  readonly services: Services
  readonly issuer: string
  readonly inbox: MailSink
}

const appKeys = `cluster1:${Buffer.alloc(32, 9).toString('base64')}`
const apiKey = 'SG.cluster'

/** A cluster with what lies outside of it, in this process: the demo provider, the inbox, and the balancer in front of the APIs. */
export const startClusterWithPeople = async (input: {
  readonly root: string
  readonly folder: string
  readonly log: DemoLog
  readonly show: (line: string) => void
}): Promise<ClusterWithPeople> => {
  const { root, folder, log, show } = input
  const services = createServices({ show, spawned: () => undefined })
  try {
    const publicPort = await freePort()
    let front: Balancer | undefined
    const outside = { port: 0, apiOrigin: `http://127.0.0.1:${publicPort}`, dataDir: folder, log }
    const inbox = await startMailSink({ ...outside, apiKey })
    const provider = await startDemoProvider({
      ...outside,
      clientSecret: demoClient.secret,
      inboxUrl: inbox.url,
    })
    const cluster = await startCluster({
      ...{ root, folder, services, show, appKeys },
      publicPort: async (apiPorts) => {
        front = await startBalancer(
          apiPorts.map((port) => ['127.0.0.1', port] as const),
          publicPort,
        )
        return front.port
      },
      mail: { baseUrl: inbox.url, apiKey, webhookKey: inbox.publicKey },
    })
    await seed({ databaseUrl: cluster.databaseUrl, issuer: provider.issuer, keys: appKeys })
    return {
      ...cluster,
      services,
      issuer: provider.issuer,
      inbox,
      async close() {
        await services.stop()
        await Promise.all([front?.close(), cluster.close(), inbox.close(), provider.close()])
      },
    }
  } catch (error) {
    await services.stop()
    throw error
  }
}
