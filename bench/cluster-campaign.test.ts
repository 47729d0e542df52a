import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { expect, it } from '@jest/globals'
import pg from 'pg'
import { createLogger } from '../clients/log.js'
import { clusterProcesses } from '../dev/cluster/cluster.js'
import { startClusterWithPeople } from '../dev/cluster/outside.js'
import { projectRoot } from '../dev/paths.js'
import { checkInvariants } from '../test/support/invariants.js'
import { signInAsNewPerson } from '../test/support/person.js'

/** `npm run campaign:cluster`: kills one of each process in turn while people sign in. CLUSTER_ROUNDS repeats it. */
const rounds = Number(process.env['CLUSTER_ROUNDS'] ?? 2)
const lanes = Number(process.env['CLUSTER_LANES'] ?? 4)
/** A killed process stays away for so long, and people sign in for a while after it is back. */
const awayMs = 10_000
const settleMs = 10_000
const longestStallSeconds = 30
const results = fileURLToPath(new URL('cluster-campaign.json', import.meta.url))

it('loses nobody while each process of the cluster is killed in turn', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-cluster-'))
  chmodSync(folder, 0o711)
  const cluster = await startClusterWithPeople({
    root: projectRoot(),
    folder,
    log: createLogger('campaign', 'silent'),
    show: (line) => process.stdout.write(`${line}\n`),
  })
  const pool = new pg.Pool({ connectionString: cluster.databaseUrl, max: 4 })
  pool.on('error', () => undefined)
  const connection = await Connection.connect({ address: cluster.temporal })
  try {
    const ends: { readonly at: number; readonly seconds: number; readonly good: boolean }[] = []
    const failures: string[] = []
    let serverErrors = 0
    let person = 0
    let over = false
    const lane = async (): Promise<void> => {
      while (!over) {
        const name = `cluster${++person}`
        const began = performance.now()
        try {
          const end = await signInAsNewPerson(cluster, name)
          serverErrors += end.serverErrors
          ends.push({
            at: performance.now(),
            seconds: (performance.now() - began) / 1000,
            good: end.signedIn && end.confirmed,
          })
        } catch (error) {
          failures.push(String(error))
        }
      }
    }
    const people = Array.from({ length: lanes }, lane)
    const killed: Record<string, number> = {}
    await sleep(settleMs)
    for (let round = 0; round < rounds; round++) {
      for (const name of clusterProcesses) {
        const at = performance.now()
        cluster.services.strike(name, 'SIGKILL', awayMs)
        await sleep(awayMs + settleMs)
        killed[name] = Math.max(
          killed[name] ?? 0,
          longestGap(
            ends.map((end) => end.at),
            at,
          ),
        )
      }
    }
    over = true
    await Promise.all(people)
    await sleep(settleMs)

    const evidence = {
      pool,
      temporal: new Client({ connection, namespace: cluster.namespace }),
      requests: cluster.inbox.requests(),
    }
    const { rows } = await pool.query<{ name: string; n: number }>(
      `select name, count(*)::int n from users where name like 'Cluster%' or name like 'cluster%' group by name having count(*) > 1`,
    )
    const summary = {
      rounds,
      sign_ins: ends.length,
      lost: failures.length + ends.filter(({ good }) => !good).length,
      doubled: rows.length,
      /** Answers of 500 and above that people saw before a retry was answered. */
      server_errors: serverErrors,
      violations: await checkInvariants(evidence),
      slowest_sign_in_seconds: Math.max(...ends.map(({ seconds }) => seconds)),
      longest_stall_seconds: killed,
    }
    writeFileSync(results, `${JSON.stringify(summary, null, 2)}\n`)
    process.stdout.write(`${JSON.stringify({ ...summary, failures }, null, 2)}\n`)
    expect(summary).toMatchObject({ lost: 0, doubled: 0, violations: [] })
    for (const stall of Object.values(killed)) expect(stall).toBeLessThanOrEqual(longestStallSeconds)
  } finally {
    await Promise.all([connection.close(), pool.end()])
    await cluster.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Seconds without anybody coming to an end, from `since` on. */
const longestGap = (times: readonly number[], since: number): number => {
  const after = [since, ...times.filter((time) => time > since), performance.now()].sort((a, b) => a - b)
  return Math.max(...after.slice(1).map((time, index) => (time - (after[index] ?? 0)) / 1000))
}
