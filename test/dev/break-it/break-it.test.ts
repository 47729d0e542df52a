import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { BreakView } from '../../../dev/break-it/break-page.js'
import type { PersonView } from '../../../dev/break-it/crowd.js'
import { partNames, type PartName } from '../../../dev/break-it/parts.js'
import type { StackFile } from '../../../dev/stack-file.js'
import { createOwnStack, query, until, type OwnStack, type Started } from '../own-stack.js'

const patienceMs = 30_000

/** What one person left behind in the database. */
interface Traces extends Record<string, number> {
  users: number
  identities: number
  decisions: number
  mails: number
  confirmed: number
  ambiguous: number
}

/** The script of the page, on the real stack: each button while somebody is on the way. */
describe('break it yourself', () => {
  let own: OwnStack
  let started: Started
  let stack: StackFile

  beforeAll(async () => {
    own = createOwnStack()
    started = own.start()
    stack = await started.stack()
  })
  afterAll(() => own.remove())

  const look = async (): Promise<BreakView> => {
    const response = await fetch(stack.break_it, { headers: { accept: 'application/json' } })
    return (await response.json()) as BreakView
  }
  const press = async (button: string): Promise<void> => {
    const response = await fetch(new URL(button, stack.break_it), { method: 'POST', redirect: 'manual' })
    expect(response.status).toBe(303)
  }
  const personWhen = (name: string, is: (person: PersonView) => boolean): Promise<PersonView> => {
    let seen: PersonView | undefined
    const find = async (): Promise<PersonView | undefined> => {
      seen = (await look()).crowd.people.find((person) => person.name === name)
      return seen !== undefined && is(seen) ? seen : undefined
    }
    return until(find, patienceMs, () => `${JSON.stringify(seen)}\n${started.output()}`)
  }
  const untilPart = (part: PartName, is: (state: string) => boolean): Promise<true> =>
    until(
      async () => {
        const found = (await look()).parts.find(({ name }) => name === part)
        return found !== undefined && is(found.state.state) ? true : undefined
      },
      patienceMs,
      () => `${part}\n${started.output()}`,
    )

  /** Somebody comes; the part goes away while they think, stays away for a while, and comes back. @returns their name */
  const breakWhileSomebodyThinks = async (part: PartName): Promise<string> => {
    await press('/people')
    const name = (await look()).crowd.people[0]?.name ?? ''
    await personWhen(name, ({ steps }) =>
      steps.some(({ step, state }) => step === 'decision' && state === 'now'),
    )
    await press(`/parts/${part}`)
    await untilPart(part, (state) => state !== 'up')
    await personWhen(name, ({ seconds }) => seconds > 3)
    await press('/well')
    await untilPart(part, (state) => state === 'up')
    return name
  }
  const traces = async (name: string): Promise<Traces | undefined> => {
    const [row] = await query<Traces>(
      stack,
      `select count(distinct e.user_id)::int as users, count(distinct i.id)::int as identities,
         count(distinct d.attempt_id)::int as decisions, count(distinct m.id)::int as mails,
         count(distinct e.id) filter (where e.verified_at is not null)::int as confirmed,
         count(distinct t.id) filter (where t.state = 'ambiguous')::int as ambiguous
       from user_emails e
       left join identities i on i.user_id = e.user_id
       left join decisions d on d.attempt_id in (select id from attempts where outcome_user_id = e.user_id)
       left join mail_messages m on m.user_email_id = e.id
       left join mail_tries t on t.mail_id = m.id
       where e.canonical = $1`,
      [`${name}@people.example`],
    )
    return row
  }

  it('carries every sign-in to its end, whatever goes away in the middle of it', async () => {
    const names: string[] = []
    for (const part of partNames) names.push(await breakWhileSomebodyThinks(part))
    for (const name of names) {
      const { address, end } = await personWhen(name, (person) => person.end !== null)
      expect({ name, end }).toEqual({ name, end: 'confirmed' })
      const left = await traces(name)
      expect(left).toMatchObject({ users: 1, identities: 1, decisions: 1, mails: 1, confirmed: 1 })
      const response = await fetch(`${stack.inbox}/messages?to=${address}`)
      const { items } = (await response.json()) as { items: unknown[] }
      expect(items.length).toBeGreaterThanOrEqual(1)
      expect(items.length).toBeLessThanOrEqual(1 + (left?.ambiguous ?? 0))
    }
    expect((await look()).crowd.lost).toBe(0)
  })
})
