import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { mergerAddress, mergerPassword } from './known-people.js'
import type { Parts } from './parts.js'
import { cookiesOf, send } from './request.js'
import type { Reply } from './request.js'

/** What one flow took, in milliseconds: all of it, and from what was decided to what came of it. */
export interface Taken {
  readonly all: number
  readonly decided?: number
}

export type Flow = (subject: string) => Promise<Taken>

const demand = (reply: Reply, ...statuses: number[]): Reply => {
  if (statuses.includes(reply.status)) return reply
  throw new Error(`answered ${reply.status}: ${reply.text.slice(0, 300)}`)
}

/** Each person comes from a network of its own, as people do: limits per network are not what is measured. */
const somewhere = (): Record<string, string> => ({
  'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
})

/** What the provider would send back for this person: its code says who it is (`outside.ts`). */
const answerTo = (authorizationUrl: string, subject: string, issuer: string): URL => {
  const asked = new URL(authorizationUrl).searchParams
  const url = new URL(asked.get('redirect_uri') ?? '')
  const nonce = asked.get('nonce') ?? undefined
  url.searchParams.set('code', Buffer.from(JSON.stringify({ sub: subject, nonce })).toString('base64url'))
  url.searchParams.set('state', asked.get('state') ?? '')
  url.searchParams.set('iss', issuer)
  return url
}

interface Begun {
  readonly cookie: string
  readonly id: string
  readonly answer: Reply
}

/** To the provider and back. */
const throughProvider = async (
  { origins }: Parts,
  subject: string,
  { provider = 'bench', session = '' } = {},
): Promise<Begun> => {
  const headers = somewhere()
  const started = demand(
    await send('POST', `${origins.api}/v1/attempts`, {
      body: { organization: 'acme', provider },
      headers,
      ...(session === '' ? {} : { cookie: session }),
    }),
    201,
  )
  const { id, authorization_url: url } = JSON.parse(started.text) as { id: string; authorization_url: string }
  const cookie = [session, cookiesOf(started)].filter((part) => part !== '').join('; ')
  const back = answerTo(url, subject, origins.outside)
  const answer = demand(await send('GET', back.href, { cookie, headers }), 303)
  return { cookie, id, answer }
}

/** W1: a known identity, from the button to the session. */
export const knownFlow =
  (parts: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const { answer } = await throughProvider(parts, subject)
    if (!cookiesOf(answer).includes('__Host-session=')) throw new Error('no session')
    return { all: performance.now() - began }
  }

const outcomeOf = async (attempt: string, cookie: string): Promise<void> => {
  for (;;) {
    const { text } = demand(await send('GET', attempt, { cookie }), 200)
    if ((JSON.parse(text) as { outcome: unknown }).outcome !== null) return
    await sleep(50)
  }
}

/** Decides, waits for what comes of it, and takes the session. @returns milliseconds from the decision to its outcome */
const decideAndRedeem = async (attempt: string, cookie: string, decision: string): Promise<number> => {
  const began = performance.now()
  const answer = await send('POST', `${attempt}/decision`, { cookie, body: { decision } })
  // After 3 s the API goes on without the browser, which then asks again.
  if (demand(answer, 200, 202).status === 202) await outcomeOf(attempt, cookie)
  const decided = performance.now() - began
  demand(await send('POST', `${attempt}/session`, { cookie, body: {} }), 201)
  return decided
}

/** The first half of W2: a pipeline that waits for a decision. @returns what decides it */
export const openFlow = async (parts: Parts, subject: string): Promise<() => Promise<number>> => {
  const { cookie, id } = await throughProvider(parts, subject)
  return () => decideAndRedeem(`${parts.origins.api}/v1/attempts/${id}`, cookie, 'create')
}

/** W2: unknown, create, session. The mail goes on by itself and is waited for at the end of the block. */
export const createFlow =
  (parts: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const decide = await openFlow(parts, subject)
    const decided = await decide()
    return { all: performance.now() - began, decided }
  }

/** W3: signed in, then another identity of a second provider is linked to the same account. */
export const linkFlow =
  (parts: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const { answer } = await throughProvider(parts, subject)
    const session = cookiesOf(answer)
    const { cookie, id } = await throughProvider(parts, `linked-${subject}`, { provider: 'second', session })
    const attempt = `${parts.origins.api}/v1/attempts/${id}`
    const decided = await decideAndRedeem(attempt, cookie, 'link')
    return { all: performance.now() - began, decided }
  }

/** W4: unknown, proves an account by its password, which the identity is merged into. @param subject ends in the account's number */
export const mergeFlow =
  (parts: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const { cookie, id } = await throughProvider(parts, subject)
    const attempt = `${parts.origins.api}/v1/attempts/${id}`
    const email = mergerAddress(Number(subject.slice(subject.lastIndexOf('-') + 1)))
    const proof = { kind: 'password', email, password: mergerPassword }
    demand(await send('POST', `${attempt}/proofs`, { cookie, body: proof, headers: somewhere() }), 201)
    const decided = await decideAndRedeem(attempt, cookie, 'merge')
    return { all: performance.now() - began, decided }
  }

/** F: start, signal, result. */
export const floorFlow = ({ temporal }: { readonly temporal: Client }): Flow => {
  return async (subject) => {
    const began = performance.now()
    const handle = await temporal.workflow.start('FloorWorkflow', {
      workflowId: `floor/${subject}`,
      taskQueue: 'floor',
      args: [subject],
    })
    const decided = performance.now()
    await handle.signal('create')
    if ((await handle.result()) !== subject) throw new Error('a wrong result')
    const end = performance.now()
    return { all: end - began, decided: end - decided }
  }
}

/** K: the same login behind plain Koa. */
export const plainFlow =
  ({ origins }: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const started = demand(await send('POST', `${origins.plain}/login`), 201)
    const { authorization_url: url } = JSON.parse(started.text) as { authorization_url: string }
    const back = answerTo(url, subject, origins.outside)
    const answer = demand(await send('GET', back.href, { cookie: cookiesOf(started) }), 302)
    if (!cookiesOf(answer).includes('session=')) throw new Error('no session')
    return { all: performance.now() - began }
  }

/** B: the same login at Better Auth. */
export const peerFlow =
  ({ origins }: Parts): Flow =>
  async (subject) => {
    const began = performance.now()
    const headers = { origin: origins.peer }
    const started = demand(
      await send('POST', `${origins.peer}/api/auth/sign-in/social`, {
        body: { provider: 'bench', callbackURL: '/account' },
        headers,
      }),
      200,
    )
    const { url } = JSON.parse(started.text) as { url: string }
    const back = answerTo(url, subject, origins.outside)
    const answer = demand(await send('GET', back.href, { cookie: cookiesOf(started) }), 302)
    if (!cookiesOf(answer).includes('better-auth.session_token='))
      throw new Error(`no session: ${answer.headers.location ?? ''}`)
    return { all: performance.now() - began }
  }
