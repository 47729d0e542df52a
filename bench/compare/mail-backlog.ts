import { setTimeout as sleep } from 'node:timers/promises'
import { inLanes } from '../../domain/in-lanes.js'
import { createFlow } from './flows.js'
import type { Parts } from './parts.js'
import { send } from './request.js'
import { round } from './statistics.js'

export interface MailBacklog {
  readonly mails: number
  readonly outage_s: number
  readonly per_second: number
  readonly drain_s: number
  /** Against the time that the mails take at the provider's own pace. */
  readonly drain_over_ideal: number
  /** Requests to the provider per mail: those of the outage, and those that it put off afterwards. */
  readonly tries_per_mail: { readonly outage: number; readonly drain: number }
  readonly statements_per_mail: number
}

const patienceMs = 120_000

/**
 * W6: accounts are created while the mail API answers 503; then it takes so many mails a second, and 429 with the time of its next
 * second for the rest. Every mail has to arrive, once.
 * @param people whose mails wait
 * @param perSecond what the provider takes
 */
export const measureBacklog = async (
  parts: Parts,
  people: number,
  perSecond: number,
  show: (line: string) => void,
): Promise<MailBacklog> => {
  const { outside } = parts.origins
  const mode = (body: object) => send('POST', `${outside}/mails/mode`, { body })
  const mails = async () =>
    JSON.parse((await send('GET', `${outside}/mails`)).text) as {
      taken: number
      refused: number
      recipients: number
    }
  const before = await mails()
  await mode({ down: true })
  const began = performance.now()
  await inLanes(
    Array.from({ length: people }, (_, n) => `backlog-${n}`),
    16,
    createFlow(parts),
  )
  const outage = await mails()
  await parts.pool.query('select pg_stat_statements_reset()')
  await mode({ perSecond })
  const up = performance.now()
  let now = outage
  while (now.taken < before.taken + people) {
    if (performance.now() - up > patienceMs)
      throw new Error('the backlog of mails was not sent: its figures are void')
    await sleep(20)
    now = await mails()
  }
  const drained = (performance.now() - up) / 1000
  await mode({})
  const { rows } = await parts.pool.query<{ n: string }>('select sum(calls) n from pg_stat_statements')
  if (now.recipients !== before.recipients + people)
    throw new Error('a mail of the backlog went out twice, or not at all')
  const result: MailBacklog = {
    mails: people,
    outage_s: round((up - began) / 1000),
    per_second: perSecond,
    drain_s: round(drained),
    drain_over_ideal: round(drained / (people / perSecond)),
    tries_per_mail: {
      outage: round((outage.refused - before.refused) / people),
      drain: round((now.refused - outage.refused + people) / people),
    },
    statements_per_mail: round(Number(rows[0]?.n) / people),
  }
  show(`W6 ${JSON.stringify(result)}`)
  return result
}
