import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { endInOrder } from '../ending.js'
import { projectRoot, stackPaths } from '../paths.js'
import { startClusterWithPeople } from './outside.js'

/** `npm run cluster`: docker-compose.yml without containers, with a demo provider and an inbox; data stays in `.data/cluster`. */
const root = projectRoot()
const folder = join(stackPaths(root).data, 'cluster')
// As root, Postgres runs as somebody else and must get in.
mkdirSync(folder, { recursive: true, mode: 0o711 })
const show = (line: string): void => console.log(line)
const cluster = await startClusterWithPeople({ root, folder, log: pino({ level: 'warn' }), show })
endInOrder({ services: cluster.services, show, forget: () => undefined })
show(`
Ready: two APIs, two workers and two Temporal servers on one Postgres.

  Sign in to acme   ${cluster.origin}/sso/acme
  Demo provider     ${cluster.issuer}
  Mail inbox        ${cluster.inbox.url}
  Temporal          ${cluster.temporal}, namespace ${cluster.namespace}
  Logs              ${folder}

Ctrl-C stops everything and keeps the data.`)
