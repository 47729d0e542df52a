import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { migrate } from '../store/migrate.js'
import { startBreakServer } from './break-it/break-server.js'
import { childEnvironment, localUrl } from './child-environment.js'
import { closingList, withoutPassword } from './closing-list.js'
import { readDevKeys } from './dev-keys.js'
import { endInOrder } from './ending.js'
import { nodeProgram } from './node-program.js'
import { projectRoot, stackPaths } from './paths.js'
import { choosePorts } from './ports.js'
import type { RunningProcess } from './process.js'
import { createStep, seconds } from './progress.js'
import { seedPeople } from './seed-people.js'
import { seed } from './seed.js'
import { bringUpPostgres, bringUpTemporal } from './servers.js'
import { createServices } from './services.js'
import { writeStackEnvironment } from './stack-environment.js'
import { writeStackFile } from './stack-file.js'
import { takeOver } from './take-over.js'

/** `npm start`: brings up the embedded stack, keeps it running, and takes it down again. */
const began = performance.now()
const show = (line: string): void => console.log(line)
const paths = stackPaths(projectRoot())
const run = await takeOver(paths, readOptions().fresh, show).catch(refuse)

/** Writes `stack.json`; nothing to say before everything answers. */
let publish = (): void => undefined
const services = createServices({
  show,
  spawned: (name, started) => {
    run.note(name, started)
    publish()
  },
})
const endWith = endInOrder({
  services,
  show,
  forget: () => {
    for (const told of [paths.stack, paths.environment]) rmSync(told, { force: true })
    run.close()
  },
})
await bringUp().catch(endWith)

function readOptions(): { fresh: boolean } {
  try {
    return parseArgs({ options: { fresh: { type: 'boolean', default: false } } }).values
  } catch (error) {
    return refuse(error)
  }
}

function refuse(error: unknown): never {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

async function bringUp(): Promise<void> {
  const { env } = process
  const ports = await choosePorts(paths.ports)
  const keys = readDevKeys(paths.keys)
  const step = createStep(show)
  const servers = { env, paths, ports, services, show }
  const [api, inbox, issuer] = [localUrl(ports.api), localUrl(ports.inbox), localUrl(ports.provider)]
  const worker = localUrl(ports.worker)

  const databaseUrl = await step('Postgres', () => bringUpPostgres(servers), withoutPassword)
  const temporal = await step('Temporal server', () => bringUpTemporal(servers), String)
  await step(
    'Migrations',
    () => migrate(databaseUrl),
    (applied) => `${applied.length || 'none'} new`,
  )

  const childEnv = childEnvironment(env, {
    ports,
    keys,
    databaseUrl,
    temporal,
    demoData: join(paths.data, 'demo'),
  })
  writeStackEnvironment(paths.environment, childEnv)
  const program = (name: string, entry: string, ready: string[]): Promise<RunningProcess> =>
    services.keep(name, nodeProgram({ name, entry, env: childEnv, ready }, { ...paths, show }))
  const demoReady = [`${issuer}/livez`, `${inbox}/livez`]
  await step(
    'Demo provider',
    () => program('demo', 'dist/dev/demo/main.js', demoReady),
    () => issuer,
  )
  await step('Mail inbox', () => Promise.resolve(inbox), String)

  const organizations = ['acme', 'globex']
  await step(
    'Seed data',
    async () => {
      const input = { databaseUrl, issuer, keys: keys.APP_KEYS }
      await seed(input)
      await seedPeople(input)
    },
    () => organizations.join(', '),
  )
  await step(
    'API',
    () => program('api', 'dist/api/main.js', [`${api}/readyz`]),
    () => api,
  )
  await step(
    'Worker',
    () => program('worker', 'dist/worker/main.js', [`${worker}/readyz`]),
    () => worker,
  )

  const temporalUi = env['TEMPORAL_ADDRESS'] ? null : localUrl(ports.temporalUi)
  const breakIt = await startBreakServer({ port: ports.breakIt, services, api, inbox, temporalUi })

  const stack = {
    api,
    support: localUrl(ports.support),
    metrics: worker,
    temporal,
    temporal_ui: temporalUi,
    postgres: databaseUrl,
    provider: issuer,
    inbox,
    break_it: breakIt,
    organizations,
  }
  publish = () => writeStackFile(paths.stack, { ...stack, pids: run.pids() })
  publish()
  show(`\nReady after ${seconds(began)} s.\n\n${closingList(stack, paths.logs)}\n`)
  show('Ctrl-C stops everything and keeps the data; `npm start -- --fresh` starts over.')
}
