import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { trustProvider } from '../../cli/trust-provider.js'
import { signIn } from '../support/account.js'
import type { Browser } from '../support/browser.js'
import { lyingClient, startLyingProvider } from '../support/lying-provider.js'
import type { Lie, LyingProvider } from '../support/lying-provider.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let owner: Browser
const started: LyingProvider[] = []

beforeAll(async () => {
  product = await startProduct()
  const { browser, sessionId } = await signIn(product, 'olivia')
  owner = browser
  // Its account gets further identities here, and from then on one provider's word is not enough.
  await product.database.userSessions.noteProof(sessionId, 'other')
})
afterAll(async () => {
  await Promise.all(started.map((provider) => provider.close()))
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const provider = async (lie: Lie = {}): Promise<LyingProvider> => {
  const one = await startLyingProvider(lie)
  started.push(one)
  return one
}
/** Its answers do not say whose they are. */
const silent: Lie = {
  metadata: (honest) => ({ ...honest, authorization_response_iss_parameter_supported: false }),
  answer: ({ code = '', state = '' }) => ({ code, state }),
}
const v1 = '/v1/organizations/acme/providers'
const client = { client_id: lyingClient.id, client_secret: lyingClient.secret }
interface Started {
  readonly provider: { readonly id: string }
  readonly attempt: { readonly authorization_url: string } | null
}
/** Enters an issuer under a name. @returns where the owner signs in, if a client was given */
const enter = async (name: string, issuer: string, fields: object = {}): Promise<Started> => {
  const answer = await owner.postJson(v1, { name, issuer, ...fields })
  expect(answer.status).toBe(201)
  return answer.json() as unknown as Started
}
/** At the provider and back. */
const signInThere = async ({ attempt }: Started, subject: string) => {
  const url = new URL(attempt?.authorization_url ?? '')
  url.searchParams.set('login_hint', subject)
  return owner.get((await owner.get(url)).location())
}
const connect = async (name: string, issuer: string): Promise<Started> => {
  const setup = await enter(name, issuer, client)
  await signInThere(setup, `olivia-${name}`)
  expect(await statusOf(name)).toBe('enabled')
  return setup
}
const switchOff = async (name: string) => {
  expect((await owner.delete(`${v1}/${name}`)).status).toBe(204)
}
const statusOf = async (name: string) =>
  (await rows<{ status: string }>('select status from providers where name = $1', [name]))[0]?.status
const trust = (name: string) =>
  trustProvider(
    { database: product.database, print: () => undefined },
    {
      organization: 'acme',
      name,
      actor: 'sam',
      reason: 'ticket 7',
      domain: ['victim.example'],
      textTrue: 'yes',
      legacySubjectClaim: 'oid',
    },
  )
const trustOf = async (name: string) => {
  const found = await product.database.organizations.findProvider('acme', name)
  return {
    text: found?.textTrueIsVerified,
    claim: found?.legacySubjectClaim,
    domains: (
      await rows<{ name: string }>('select name from domains where provider_id = $1', [found?.id])
    ).map(({ name }) => name),
  }
}
const none = { text: false, claim: null, domains: [] }
const granted = { text: true, claim: 'oid', domains: ['victim.example'] }
const edits = async (id: string) =>
  (
    await rows<{ data: unknown }>(
      `select data from audit_events where event = 'sso.edited' and target_id = $1 order by id`,
      [id],
    )
  ).map(({ data }) => data)

describe('S99 another issuer under the name of a former one', () => {
  it('has nothing of what staff granted that one', async () => {
    const [one, other] = [await provider(), await provider()]
    const { provider: former } = await connect('trusted', one.issuer)
    await trust('trusted')
    await switchOff('trusted')
    await enter('trusted', one.issuer)
    expect(await trustOf('trusted')).toEqual(granted)
    await signInThere(await enter('trusted', other.issuer, client), 'olivia-2')
    expect(await statusOf('trusted')).toBe('enabled')
    expect(await trustOf('trusted')).toEqual(none)
    expect(await edits(former.id)).toEqual([
      { issuer: [null, one.issuer], status: [null, 'setup'] },
      { status: ['disabled', 'setup'] },
      {
        issuer: [one.issuer, other.issuer],
        text_true_is_verified: [true, false],
        legacy_subject_claim: ['oid', null],
        domains: { 'victim.example': [true, false] },
      },
    ])
  })

  it('does not get its client secret', async () => {
    const [one, other] = [await provider(), await provider()]
    await connect('secret', one.issuer)
    await switchOff('secret')
    const setup = await enter('secret', other.issuer, { client_id: lyingClient.id })
    await signInThere(setup, 'olivia-3')
    expect(
      other.tokenRequests.map(({ authorization, body }) => [authorization, body.get('client_secret')]),
    ).toEqual(other.tokenRequests.map(() => [undefined, null]))
    expect(await statusOf('secret')).toBe('setup')
    expect(await rows(`select client_secret from providers where name = 'secret'`)).toEqual([
      { client_secret: null },
    ])
  })

  it('nor one that somebody typed into a page that still showed the former one', async () => {
    const [one, other] = [await provider(), await provider()]
    await enter('stale', one.issuer)
    const page = '/organizations/acme/sso/stale'
    const seen = /name="issuer" value="([^"]+)"/.exec((await owner.get(page)).text)?.[1]
    expect(seen).toBe(one.issuer)
    await enter('stale', other.issuer)
    const typed = { ...client, issuer: seen ?? '', admission: 'invited', default_role: 'member' }
    const answer = await owner.submit(`${page}/setup`, typed)
    expect([answer.status, answer.text.includes('another issuer here meanwhile')]).toEqual([400, true])
    expect(answer.text).toContain(`name="issuer" value="${other.issuer}"`)
    expect(await rows(`select client_id, client_secret from providers where name = 'stale'`)).toEqual([
      { client_id: '', client_secret: null },
    ])
    expect((await owner.submit(`${page}/setup`, { ...typed, issuer: other.issuer })).status).toBe(303)
  })

  it('nor does another client at the same issuer', async () => {
    const one = await provider()
    await enter('client', one.issuer, client)
    await enter('client', one.issuer, { client_id: 'another' })
    expect(await rows(`select client_secret from providers where name = 'client'`)).toEqual([
      { client_secret: null },
    ])
  })

  it('gets no answer of a sign-in that began at the former one, and is not connected by it', async () => {
    const [one, other] = [await provider(silent), await provider(silent)]
    const setup = await enter('changed', one.issuer, client)
    const url = new URL(setup.attempt?.authorization_url ?? '')
    url.searchParams.set('login_hint', 'olivia-4')
    const answered = (await owner.get(url)).location()
    await enter('changed', other.issuer)
    expect(
      await rows(`select outcome, outcome_code from attempts where provider_id = $1`, [setup.provider.id]),
    ).toEqual([{ outcome: 'rejected', outcome_code: 'invalid_state' }])
    await owner.get(answered)
    expect(other.requests.filter((request) => request.includes('/token'))).toEqual([])
    expect(await statusOf('changed')).toBe('setup')
  })

  it('gets none where the change came beside us, either', async () => {
    const [one, other] = [await provider(silent), await provider(silent)]
    const setup = await enter('beside', one.issuer, client)
    const url = new URL(setup.attempt?.authorization_url ?? '')
    url.searchParams.set('login_hint', 'olivia-5')
    const answered = (await owner.get(url)).location()
    await rows(`update providers set issuer = $1 where name = 'beside'`, [other.issuer])
    await owner.get(answered)
    expect(other.requests.filter((request) => request.includes('/token'))).toEqual([])
    expect(await statusOf('beside')).toBe('setup')
  })
})

it('S99 connecting once more on the same day mails nobody again', async () => {
  const one = await provider()
  const campaigns = (id: string) =>
    rows(`select id from bulk_campaigns where provider_id = $1 and kind = 'link_your_account'`, [id])
  const { id } = (await connect('again', one.issuer)).provider
  expect(await campaigns(id)).toHaveLength(1)
  await switchOff('again')
  const setup = await enter('again', one.issuer, client)
  expect((await owner.get('/organizations/acme/sso/again')).text).not.toContain('members get a mail')
  await signInThere(setup, 'olivia-again')
  expect(await statusOf('again')).toBe('enabled')
  expect(await campaigns(id)).toHaveLength(1)
  await product.testDatabase.advanceClock(25 * 3600_000)
  await rows(`update sessions set last_seen_at = app.now(), authenticated_at = app.now(), other_proof_at = app.now()
    where ended_at is null`)
  await switchOff('again')
  await signInThere(await enter('again', one.issuer, client), 'olivia-again')
  expect(await campaigns(id)).toHaveLength(2)
})

describe('S99 a setup that is discarded', () => {
  const attempts = async (id: string) =>
    rows<{ purpose: string; outcome: string }>(
      'select purpose, outcome from attempts where provider_id = $1 order by id',
      [id],
    )
  const discard = (name: string) => owner.submit(`/organizations/acme/sso/${name}/discard`, {})

  it('leaves a provider that people signed in with switched off, with all that happened through it', async () => {
    const one = await provider()
    const { id } = (await connect('served', one.issuer)).provider
    await switchOff('served')
    await enter('served', one.issuer, client)
    expect((await discard('served')).location()).toBe(`${product.origin}/organizations/acme/sso`)
    expect(await statusOf('served')).toBe('disabled')
    expect(await attempts(id)).toEqual([
      { purpose: 'setup', outcome: 'signed_in' },
      { purpose: 'setup', outcome: 'rejected' },
    ])
    expect((await edits(id)).at(-1)).toEqual({ status: ['setup', 'disabled'] })
  })

  it('leaves one that was tried in vain switched off, with that try, and it may be set up anew', async () => {
    const one = await provider()
    const { id } = (await enter('tried', one.issuer, client)).provider
    await switchOff('tried')
    expect(await statusOf('tried')).toBe('disabled')
    expect(await attempts(id)).toEqual([{ purpose: 'setup', outcome: 'rejected' }])
    expect((await edits(id)).at(-1)).toEqual({ status: ['setup', 'disabled'] })
    expect((await owner.get('/organizations/acme/sso')).text).toContain('tried')
    expect((await connect('tried', one.issuer)).provider.id).toBe(id)
    expect(await statusOf('tried')).toBe('enabled')
    await switchOff('tried')
  })

  it('is gone where nobody ever tried it, and the audit knows', async () => {
    const { id } = (await enter('unserved', (await provider()).issuer)).provider
    await switchOff('unserved')
    expect(await statusOf('unserved')).toBeUndefined()
    expect((await edits(id)).at(-1)).toEqual({ status: ['setup', null] })
  })

  it('needs the account proved a moment ago', async () => {
    await enter('stale', (await provider()).issuer)
    await rows(`update sessions set other_proof_at = null, authenticated_at = app.now() - interval '16 min' where user_id =
      (select id from users where name = 'Olivia Owner')`)
    expect((await owner.delete(`${v1}/stale`)).json()).toMatchObject({ code: 'reauthentication_required' })
    expect((await discard('stale')).location()).toContain('/reauthenticat')
    expect(await statusOf('stale')).toBe('setup')
  })
})
