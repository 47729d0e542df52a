import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { freePort } from '../../dev/ports.js'
import { openAttempt } from '../support/attempts.js'
import { testKeys } from '../support/keys.js'
import { startMailParts } from '../support/mail-parts.js'
import { eventually } from '../support/product.js'

type Parts = Awaited<ReturnType<typeof startMailParts>>

const root = fileURLToPath(new URL('../..', import.meta.url))

let parts: Parts
beforeAll(async () => {
  parts = await startMailParts()
})
afterAll(() => parts.stop())

/** A worker whose Temporal is away. */
const startWorker = async () => {
  const [port, nobody] = [await freePort(), await freePort()]
  const worker = fork('dist/worker/main.js', {
    cwd: root,
    stdio: 'ignore',
    env: {
      NODE_ENV: 'development',
      LOG_LEVEL: 'error',
      PUBLIC_ORIGIN: 'http://127.0.0.1:1',
      WORKER_HOST: '127.0.0.1',
      WORKER_PORT: String(port),
      DATABASE_URL: parts.testDatabase.url,
      APP_KEYS: testKeys,
      SENDGRID_API_KEY: 'SG.test',
      SENDGRID_BASE_URL: parts.inbox.url,
      MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
      TEMPORAL_ADDRESS: `127.0.0.1:${nobody}`,
    },
  })
  return { worker, url: `http://127.0.0.1:${port}` }
}

/** 0 where nobody answers. */
const statusOf = (url: string): Promise<number> =>
  fetch(url).then(
    ({ status }) => status,
    () => 0,
  )

describe('a worker that starts while Temporal is away', () => {
  it('lives, is not ready, ends what is overdue, and stops when it is told to', async () => {
    const { attemptId } = await openAttempt(parts.dependencies, 'overdue')
    await parts.testDatabase.advanceClock(66 * 60_000)
    const { worker, url } = await startWorker()
    const exited = once(worker, 'exit')

    try {
      await eventually(async () => ((await statusOf(`${url}/livez`)) === 200 ? true : null))
      expect(await statusOf(`${url}/readyz`)).toBe(503)
      await eventually(
        async () => (await parts.dependencies.database.attempts.find(attemptId))?.outcome ?? null,
      )
    } finally {
      worker.kill('SIGTERM')
    }
    expect(await exited).toEqual([0, null])
  })
})
