import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPersonBrowser, type Answer, type PersonBrowser } from './person-browser.js'

/** The way of a newcomer, in this order. */
export const steps = ['sign-in', 'decision', 'account', 'mail', 'confirmation'] as const
export type Step = (typeof steps)[number]

export interface PersonParts {
  readonly api: string
  readonly inbox: string
  /** Aborted when the person need not go on. */
  readonly stopping: AbortSignal
}

/** Told of the way, as it is gone. */
export interface Diary {
  readonly begin: (step: Step) => void
  /** Something failed, and is tried again. */
  readonly again: () => void
}

interface Way extends Diary {
  readonly name: string
  readonly browser: PersonBrowser
  /** Acts until there is an answer that is no failure of the server. */
  readonly insist: (act: () => Promise<Answer>) => Promise<Answer>
  /** Looks until something is found. */
  readonly until: <T>(look: () => Promise<T | undefined>) => Promise<T>
}

const thinkingMs = 1000
const pauseMs = 200
const patienceMs = 120_000

/**
 * A person whom nobody knows signs in at the demo provider, creates an account and confirms the address. When a page does
 * not come, this one does what people do: reload, the same button again, or once more from the beginning.
 * @param name login hint: a word that nobody has used
 * @returns how many mails came
 * @throws Error where the way ends elsewhere, or is not at its end after two minutes
 */
export async function signInAsNewcomer(name: string, parts: PersonParts, diary: Diary): Promise<number> {
  const { api, inbox } = parts
  const way = createWay(name, parts, diary)
  const { browser, insist } = way

  diary.begin('sign-in')
  while (!(await signIn(way))) {
    diary.again()
    diary.begin('sign-in')
  }
  diary.begin('mail')
  const mails = `${inbox}/messages?to=${encodeURIComponent(`${name}@people.example`)}`
  const token = await way.until(async () => tokenIn(await insist(() => browser.get(mails))))
  diary.begin('confirmation')
  await sleep(thinkingMs)
  const { status, body } = await insist(() => browser.post('/v1/email-confirmations', { token }))
  if (status !== 200 && !body.includes('already_confirmed'))
    throw new Error(`${api} did not confirm: ${body}`)
  return itemsIn(await browser.get(mails)).length
}

function createWay(name: string, { api, stopping }: PersonParts, diary: Diary): Way {
  const giveUpAt = Date.now() + patienceMs
  const until: Way['until'] = async (look) => {
    for (;;) {
      const found = await look()
      if (found !== undefined) return found
      stopping.throwIfAborted()
      if (Date.now() > giveUpAt) throw new Error(`${name} gave up`)
      await sleep(pauseMs)
    }
  }
  const insist: Way['insist'] = (act) =>
    until(async () => {
      const answer = await act().catch(() => undefined)
      if (answer !== undefined && answer.status < 500) return answer
      diary.again()
      return undefined
    })
  return { ...diary, name, browser: createPersonBrowser(api), insist, until }
}

/** @returns false where the person has to begin again */
async function signIn(way: Way): Promise<boolean> {
  const { browser, insist } = way
  const attempt = await throughProvider(way)
  const stage = async (): Promise<string> => readStage(await insist(() => browser.get(attempt)))
  const now = await stage()
  if (now === 'awaiting_provider') return false // the provider's answer was used up by a process that died
  if (now === 'awaiting_decision') {
    way.begin('decision')
    await sleep(thinkingMs)
    const key = { 'idempotency-key': randomUUID() }
    await insist(() => browser.post(`${attempt}/decision`, { decision: 'create' }, key))
  }
  way.begin('account')
  await way.until(async () => (await stage()) === 'ended' || undefined)
  await insist(() => browser.post(`${attempt}/session`, {}))
  return (await insist(() => browser.get('/v1/session'))).status === 200
}

/** To the provider and back. @returns the attempt's path */
async function throughProvider({ name, browser, insist }: Way): Promise<string> {
  const wish = { organization: 'acme', provider: 'demo', return_to: '/account', login_hint: name }
  const started = await insist(() => browser.post('/v1/attempts', wish))
  if (started.status !== 201) throw new Error(`no sign-in: ${started.body}`)
  const { id, authorization_url } = JSON.parse(started.body) as { id: string; authorization_url: string }
  let next = authorization_url
  while (!next.includes('/callback/')) {
    const { location } = await insist(() => browser.get(next))
    if (location === null) throw new Error('the provider did not send the person back')
    next = location
  }
  await insist(() => browser.get(next))
  return `/v1/attempts/${id}`
}

/** Of `GET /v1/attempts/{id}` (spec: http, Sign-in). */
function readStage({ body }: Answer): string {
  return (JSON.parse(body) as { stage: string }).stage
}

/** Of the inbox's `GET /messages` (spec: http, The embedded stack). */
function itemsIn({ body }: Answer): { text: string | null }[] {
  return (JSON.parse(body) as { items: { text: string | null }[] }).items
}

function tokenIn(answer: Answer): string | undefined {
  return /\/confirm\/(\S+)/.exec(itemsIn(answer)[0]?.text ?? '')?.[1]
}
