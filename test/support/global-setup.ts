import type { StartedTestServers } from '../../dev/test-servers.js'

/** The global setup and the global teardown share a process, and nothing else. */
export interface SetupProcess {
  startedTestServers?: StartedTestServers
}

/**
 * Starts the servers that all tests share. jest gives this file, unlike tests, no module mapping, so the compiled project is
 * loaded: `npm test` builds it first.
 */
export default async function globalSetup(): Promise<void> {
  const compiled = '../../dist/dev/test-servers.js'
  const { startTestServers } = (await import(compiled)) as typeof import('../../dev/test-servers.js')
  const started = await startTestServers((line) => process.stderr.write(`${line}\n`))
  ;(globalThis as SetupProcess).startedTestServers = started
  // The name stands in servers.ts too, which cannot be imported from here.
  process.env['AUTH_PIPELINE_TEST_SERVERS'] = JSON.stringify(started.servers)
}
