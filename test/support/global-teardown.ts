import type { SetupProcess } from './global-setup.js'

/** Stops what the global setup started. */
export default async function globalTeardown(): Promise<void> {
  await (globalThis as SetupProcess).startedTestServers?.stop()
}
