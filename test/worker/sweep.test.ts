import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createSettle } from '../../activities/settle.js'
import { createLogger } from '../../clients/log.js'
import { sweep } from '../../worker/sweep.js'
import { decideFor, openAttempt } from '../support/attempts.js'
import { startMailParts } from '../support/mail-parts.js'

type Parts = Awaited<ReturnType<typeof startMailParts>>

let parts: Parts
beforeAll(async () => {
  parts = await startMailParts()
})
afterAll(() => parts.stop())

const minute = 60_000
const turn = () =>
  sweep({
    database: parts.dependencies.database,
    settle: createSettle(parts.dependencies),
    log: createLogger('test', 'silent'),
  })
const outcomeOf = async (attemptId: string) =>
  (await parts.dependencies.database.attempts.find(attemptId))?.outcome ?? null
const reasonOf = async (attemptId: string): Promise<unknown> => {
  const { rows } = await parts.testDatabase.pool.query<{ reason: unknown }>(
    `select data->>'reason' as reason from audit_events where attempt_id = $1 and event = 'attempt.ended'`,
    [attemptId],
  )
  return rows[0]?.reason
}
const open = async (name: string): Promise<string> => (await openAttempt(parts.dependencies, name)).attemptId

describe('the sweep', () => {
  it('leaves an attempt alone until 5 min after its deadline', async () => {
    const attemptId = await open('in-time')
    await parts.testDatabase.advanceClock(64 * minute)
    await turn()
    expect(await outcomeOf(attemptId)).toBeNull()
    await parts.testDatabase.advanceClock(2 * minute)
    await turn()
    expect(await outcomeOf(attemptId)).toEqual({ result: 'expired' })
    expect(await reasonOf(attemptId)).toBe('run_lost')
  })

  it('tells an attempt that no provider answered from one whose run was lost', async () => {
    const attemptId = await open('unanswered')
    await parts.testDatabase.pool.query(
      `update attempts set stage = 'awaiting_provider', claims = null where id = $1`,
      [attemptId],
    )
    await parts.testDatabase.advanceClock(66 * minute)
    await turn()
    expect(await outcomeOf(attemptId)).toEqual({ result: 'expired' })
    expect(await reasonOf(attemptId)).toBe('unanswered')
  })

  it('goes on to the others where one cannot be ended, and ends that one once it can', async () => {
    const sealed = await open('sealed')
    const kept = (await parts.dependencies.database.attempts.find(sealed))?.claims
    await decideFor(parts.dependencies, sealed, 'create')
    await parts.testDatabase.pool.query('update attempts set claims = $2 where id = $1', [
      sealed,
      randomBytes(80),
    ])
    const later = await open('later')
    await parts.testDatabase.advanceClock(66 * minute)
    await turn()
    expect(await outcomeOf(sealed)).toBeNull()
    expect(await outcomeOf(later)).toEqual({ result: 'expired' })

    await parts.testDatabase.pool.query('update attempts set claims = $2 where id = $1', [sealed, kept])
    await turn()
    expect(await outcomeOf(sealed)).toEqual({ result: 'signed_in', how: 'created' })
  })
})
