import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { newUser, signIn } from '../support/account.js'
import { closeLyingProviders } from '../support/connected-provider.js'
import { lyingClient, reply, startLyingProvider } from '../support/lying-provider.js'
import type { Lie, LyingProvider } from '../support/lying-provider.js'
import type { Browser } from '../support/browser.js'
import { headline } from '../support/pages.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
const started: LyingProvider[] = []

beforeAll(async () => {
  product = await startProduct()
})
afterAll(async () => {
  await closeLyingProviders()
  await Promise.all(started.map((provider) => provider.close()))
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const liar = async (lie: Lie = {}): Promise<LyingProvider> => {
  const provider = await startLyingProvider(lie)
  started.push(provider)
  return provider
}
const signedIn = async (persona: string, organization = 'acme'): Promise<Browser> => {
  const { browser, sessionId } = await signIn(product, persona, organization)
  // Its account gets further identities here, and from then on one provider's word is not enough.
  await product.database.userSessions.noteProof(sessionId, 'other')
  return browser
}
const sso = '/organizations/acme/sso'

const client = { client_id: lyingClient.id, client_secret: lyingClient.secret }
const rules = { admission: 'invited', default_role: 'member' }

/** Goes through both pages up to the provider. @returns the answer that sends the browser there */
const begin = async (browser: Browser, name: string, issuer: string, fields: Record<string, string> = {}) => {
  const drafted = await browser.submit(`${sso}/connect`, { issuer, name, display_name: 'Our Directory' })
  if (drafted.status !== 303) return drafted
  return browser.submit(`${sso}/${name}/setup`, { ...client, ...rules, ...fields })
}
/** At the provider as `subject` and back to the callback. */
const finish = async (browser: Browser, sentAway: { location(): string }, subject: string) => {
  const url = new URL(sentAway.location())
  url.searchParams.set('login_hint', subject)
  const answered = await browser.get(url)
  return browser.get(answered.location())
}

beforeEach(() => rows('delete from rate_limits'))

describe('an owner connects a provider', () => {
  it('S99 S37 S38 by issuer, client and one sign-in; the identity is the owner’s, whatever its address', async () => {
    const provider = await liar({
      claims: (honest) => ({ ...honest, email: 'mark@acme.example', email_verified: true }),
    })
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'directory', provider.issuer)
    expect(sentAway.location()).toContain(`${provider.issuer}/authorize`)
    expect((await owner.get(`${sso}/directory`)).text).toContain('/callback/')
    const back = await finish(owner, sentAway, 'olivia-there')
    expect(back.location()).toBe(`${product.origin}${sso}/directory`)

    const [identity] = await rows(
      `select u.name, i.subject, i.email, p.status, m.sso_linked, m.sso_invalid from identities i
       join users u on u.id = i.user_id join providers p on p.id = i.provider_id
       join organization_members m on m.user_id = u.id and m.organization_id = p.organization_id
       where p.name = 'directory'`,
    )
    expect(identity).toEqual({
      name: 'Olivia Owner',
      subject: 'olivia-there',
      email: 'mark@acme.example',
      status: 'enabled',
      sso_linked: true,
      sso_invalid: false,
    })
    const audit = await rows<{ event: string; data: Record<string, unknown> }>(
      `select event, data from audit_events
       where attempt_id = (select id from attempts where purpose = 'setup' order by id desc limit 1) order by id`,
    )
    expect(audit.map(({ event }) => event).sort()).toEqual([
      'attempt.ended',
      'attempt.started',
      'identity.linked',
      'sso.enabled',
    ])
    expect(JSON.stringify(audit)).not.toContain(lyingClient.secret)
    expect((await owner.get('/v1/session')).json()).toMatchObject({ user: { name: 'Olivia Owner' } })

    // Others sign in through it now.
    const other = await product.browser().submit('/sso/acme/directory', { login_hint: 'somebody' })
    expect(other.location()).toContain(`${provider.issuer}/authorize`)
  })

  it('P6 and nobody else: not a member, not somebody who is not signed in, and not the owner of another organization', async () => {
    const provider = await liar()
    for (const [browser, status, says] of [
      [await signedIn('mark'), 403, 'This is not yours to manage'],
      [product.browser(), 401, 'Please sign in first'],
      [await signedIn('grace', 'globex'), 403, 'This is not yours to manage'],
    ] as const) {
      const requests = provider.requests.length
      expect(headline(await browser.get(sso))).toBe(says)
      for (const path of ['', '/connect', '/demo', '/demo/disable'])
        expect((await browser.get(`${sso}${path}`)).status).toBe(status)
      for (const path of ['/connect', '/demo/setup', '/demo/settings', '/demo/disable', '/demo/reminders'])
        expect((await browser.submit(`${sso}${path}`, { issuer: provider.issuer })).status).toBe(status)
      expect(provider.requests).toHaveLength(requests)
    }
  })

  it('S97 whoever manages may look, and not change', async () => {
    await rows(
      `update organization_members m set role = 'manager' from users u where u.id = m.user_id and u.name = 'Mark Member'`,
    )
    const manager = await signedIn('mark')
    const page = await manager.get(sso)
    expect([page.status, headline(page)]).toEqual([200, 'Single sign-on'])
    expect(page.text).not.toContain('<form')
    expect((await manager.get(`${sso}/demo`)).status).toBe(200)
    expect((await manager.submit(`${sso}/settings`, { seat_limit: '5' })).status).toBe(403)
    await rows(
      `update organization_members m set role = 'member' from users u where u.id = m.user_id and u.name = 'Mark Member'`,
    )
  })

  it('S98 before the provider is connected nobody signs in through it', async () => {
    const provider = await liar()
    const owner = await signedIn('olivia')
    await begin(owner, 'unfinished', provider.issuer)
    expect((await product.browser().submit('/sso/acme/unfinished', {})).status).toBe(403)
    expect((await product.browser().get('/sso/acme')).text).not.toContain('unfinished')
  })

  it('and who is told to link the account is counted before as it is afterwards: nobody who cannot sign in', async () => {
    const provider = await liar()
    await newUser(product, 'may-not-sign-in')
    await rows(`update users set status = 'suspended' where name = 'may-not-sign-in'`)
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'counted', provider.issuer)
    const promised = (await owner.get(`${sso}/counted`)).text
    await finish(owner, sentAway, 'olivia-counted')
    const [told] = await rows<{ count: number }>(
      `select (data->>'members_told')::int as count from audit_events where event = 'sso.enabled' order by id desc limit 1`,
    )
    expect(promised).toContain(`Afterwards ${told?.count} members get a mail`)
    expect((await owner.get(`${sso}/counted`)).text).toContain(`${told?.count} members are not connected yet`)
  })

  it('S100 and the demand for a second factor is switched off, as the page said before', async () => {
    const provider = await liar()
    await rows(`update organizations set require_second_factor = true where slug = 'acme'`)
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'factor', provider.issuer)
    expect((await owner.get(`${sso}/factor`)).text).toContain('demands a second factor')
    await finish(owner, sentAway, 'olivia-2fa')
    expect(await rows(`select require_second_factor from organizations where slug = 'acme'`)).toEqual([
      { require_second_factor: false },
    ])
    const edits = await rows(`select data from audit_events where event = 'organization.edited'`)
    expect(edits).toEqual([{ data: { require_second_factor: [true, false] } }])
  })

  it('S99 and where the second factor was not demanded, nothing is said of it', async () => {
    const provider = await liar()
    const before = await rows(`select id from audit_events where event = 'organization.edited'`)
    const owner = await signedIn('olivia')
    await finish(owner, await begin(owner, 'no-factor', provider.issuer), 'olivia-3')
    expect(await rows(`select id from audit_events where event = 'organization.edited'`)).toEqual(before)
  })
})

const metadata = (change: Record<string, unknown>): Lie => ({
  metadata: (honest) => ({ ...honest, ...change }),
})

describe('what is wrong with an issuer is told in one sentence', () => {
  it.each<[string, string | Lie, string]>([
    ['it is no address', 'id.example', 'issuer_invalid'],
    ['it has a query', 'https://id.example/?a=b', 'issuer_invalid'],
    ['it is not https', 'http://id.example', 'not_https'],
    ['it is private', 'https://10.0.0.1', 'not_public'],
    ['nobody listens', 'http://127.0.0.1:1', 'unreachable'],
    ['it is no JSON', { metadata: () => reply({ body: '<html>' }) as never }, 'no_json'],
    ['it is not there', { metadata: () => reply({ status: 404 }) as never }, 'not_found'],
    ['it fails', { metadata: () => reply({ status: 500 }) as never }, 'failing'],
    [
      'it redirects',
      { metadata: () => reply({ status: 302, headers: { location: '/x' } }) as never },
      'redirects',
    ],
    ['it is too large', metadata({ huge: 'x'.repeat(300 * 1024) }), 'too_large'],
    ['another issuer is inside', metadata({ issuer: 'https://other.example' }), 'other_issuer'],
    [
      'T13 the issuer is any tenant’s',
      metadata({ issuer: 'https://id.example/{tenantid}/v2.0' }),
      'other_issuer',
    ],
    ['there is no sign-in page', metadata({ authorization_endpoint: undefined }), 'incomplete'],
    ['there is no code flow', metadata({ response_types_supported: ['id_token'] }), 'no_code_flow'],
    ['there is no PKCE with S256', metadata({ code_challenge_methods_supported: ['plain'] }), 'no_pkce'],
    [
      'only shared secrets sign',
      metadata({ id_token_signing_alg_values_supported: ['HS256'] }),
      'no_signature',
    ],
    [
      'only keys authenticate',
      metadata({ token_endpoint_auth_methods_supported: ['private_key_jwt'] }),
      'client_authentication',
    ],
    ['there are no keys', { keys: () => [] }, 'no_keys'],
  ])('S99 %s', async (_name, issuerOrLie, fault) => {
    const issuer = typeof issuerOrLie === 'string' ? issuerOrLie : (await liar(issuerOrLie)).issuer
    const owner = await signedIn('olivia')
    const problem = await owner.postJson('/v1/organizations/acme/providers?check=true', { issuer })
    expect([problem.status, problem.json()]).toMatchObject([
      400,
      { code: 'bad_request', fault, errors: [{ field: 'issuer' }] },
    ])
    const page = await owner.submit(`${sso}/connect`, { issuer, name: 'wrong', display_name: 'Wrong' })
    const [{ message = '' } = {}] = problem.json()['errors'] as { message?: string }[]
    expect([page.status, page.text.includes(message.replaceAll('&', '&amp;'))]).toEqual([400, true])
    expect(await rows(`select name from providers where name = 'wrong'`)).toEqual([])
  })

  it('https is not spoken there', async () => {
    const owner = await signedIn('olivia')
    const issuer = (await liar()).issuer.replace('http:', 'https:')
    const problem = await owner.postJson('/v1/organizations/acme/providers?check=true', { issuer })
    expect([problem.status, problem.json()]).toMatchObject([400, { fault: 'no_tls' }])
  })

  it('the own name of a provider is cut where it has no end, and is taken only as everybody sees it', async () => {
    const owner = await signedIn('olivia')
    const long = await liar(metadata({ issuer: `https://other.example/${'x'.repeat(9_000)}` }))
    const problem = await owner.postJson('/v1/organizations/acme/providers?check=true', {
      issuer: long.issuer,
    })
    expect(problem.json()).toMatchObject({ fault: 'other_issuer' })
    expect(problem.text.length).toBeLessThan(1_000)
    const unseen = await liar({
      metadata: (honest) => ({ ...honest, issuer: `${String(honest['issuer'])}\u0001` }),
    })
    const refused = await owner.postJson('/v1/organizations/acme/providers?check=true', {
      issuer: unseen.issuer,
    })
    expect(refused.json()).toMatchObject({ code: 'bad_request', fault: 'issuer_invalid' })
  })

  it('and a good one is only said to be good: nothing is written', async () => {
    const provider = await liar()
    const owner = await signedIn('olivia')
    const checked = await owner.postJson('/v1/organizations/acme/providers?check=true', {
      issuer: `${provider.issuer}/`,
    })
    expect([checked.status, checked.json()]).toEqual([200, { issuer: provider.issuer }])
  })

  it('30 times in ten minutes for one organization, by program and by page; the answer says when again', async () => {
    const owner = await signedIn('olivia')
    const body = { issuer: 'not a web address' }
    const check = () => owner.postJson('/v1/organizations/acme/providers?check=true', body)
    const statuses: number[] = []
    for (let time = 0; time < 31; time++) statuses.push((await check()).status)
    expect(statuses).toEqual([...Array<number>(30).fill(400), 429])
    const refused = await check()
    expect(refused.json()['code']).toBe('rate_limited')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const page = await owner.submit(`${sso}/connect`, { ...body, name: 'wrong', display_name: 'Wrong' })
    expect([page.status, page.headers.has('retry-after')]).toEqual([429, true])
  })
})

describe('what is wrong with a client is told where the owner can mend it', () => {
  it.each<[string, Lie, Record<string, string>, string]>([
    ['wrong secret', {}, { client_secret: 'wrong' }, 'client_refused'],
    [
      'the provider refuses the code',
      {
        token: () =>
          reply({
            status: 400,
            headers: { 'content-type': 'application/json' },
            body: '{"error":"invalid_grant"}',
          }),
      },
      {},
      'code_refused',
    ],
    [
      'the clock is wrong',
      {
        claims: (honest) => ({
          ...honest,
          iat: Math.floor(Date.now() / 1000) - 7200,
          exp: Math.floor(Date.now() / 1000) - 3600,
        }),
      },
      {},
      'clock',
    ],
    [
      'the clock is ahead',
      {
        claims: (honest) => ({
          ...honest,
          iat: Math.floor(Date.now() / 1000) + 900,
          exp: Math.floor(Date.now() / 1000) + 7200,
        }),
      },
      {},
      'clock',
    ],
    [
      'the token is for somebody else',
      { claims: (honest) => ({ ...honest, aud: 'other' }) },
      {},
      'not_believed',
    ],
    ['the subject is none', { claims: (honest) => ({ ...honest, sub: '' }) }, {}, 'not_believed'],
    [
      'the owner said no',
      { answer: ({ state = '', iss = '' }) => ({ error: 'access_denied', state, iss }) },
      {},
      'declined',
    ],
    ['the provider fails', { token: () => reply({ status: 500 }) }, {}, 'no_answer'],
  ])('S99 %s', async (_name, lie, fields, fault) => {
    const provider = await liar(lie)
    const owner = await signedIn('olivia')
    await rows(`delete from providers where name = 'mended'`)
    const back = await finish(owner, await begin(owner, 'mended', provider.issuer, fields), 'olivia-4')
    expect(back.location()).toBe(`${product.origin}${sso}/mended`)
    expect(await rows(`select status, setup_fault from providers where name = 'mended'`)).toEqual([
      { status: 'setup', setup_fault: fault },
    ])
    const told = (await owner.get('/v1/organizations/acme/providers/mended')).json()['fault']
    const page = await owner.get(`${sso}/mended`)
    expect(page.text).toContain((told as { message: string }).message)
    expect(
      await rows(
        `select i.id from identities i join providers p on p.id = i.provider_id where p.name = 'mended'`,
      ),
    ).toEqual([])

    // Mended, the same setup goes on.
    provider.lie({})
    const again = await owner.submit(`${sso}/mended/setup`, { ...client, ...rules })
    await finish(owner, again, 'olivia-4')
    expect(await rows(`select status, setup_fault from providers where name = 'mended'`)).toEqual([
      { status: 'enabled', setup_fault: null },
    ])
    await rows(`update providers set status = 'disabled' where name = 'mended'`)
  })

  it('S99 a redirect URI that is not registered is found before anybody is sent away', async () => {
    const provider = await liar({
      metadata: (honest) => ({ ...honest, authorization_endpoint: `${String(honest['issuer'])}/nowhere` }),
    })
    const owner = await signedIn('olivia')
    const answer = await begin(owner, 'unregistered', provider.issuer)
    expect(answer.location()).toBe(`${product.origin}${sso}/unregistered`)
    expect(await rows(`select setup_fault from providers where name = 'unregistered'`)).toEqual([
      { setup_fault: 'request_refused' },
    ])
    expect((await owner.get(`${sso}/unregistered`)).text).toContain('Register the redirect URI')
  })
})

describe('the sign-in that ends a setup', () => {
  const endings = async () =>
    rows<{ outcome: string; outcome_code: string }>(
      `select outcome, outcome_code from attempts where purpose = 'setup' order by id desc limit 1`,
    )
  const enabled = async (name: string) =>
    (await rows<{ status: string }>('select status from providers where name = $1', [name]))[0]?.status

  it('S30 needs the owner to be signed in still', async () => {
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'signed-out', (await liar()).issuer)
    const answered = await owner.get(sentAway.location())
    owner.cookies.delete('__Host-session')
    expect((await owner.get(answered.location())).status).toBe(401)
    expect([await endings(), await enabled('signed-out')]).toEqual([
      [{ outcome: 'rejected', outcome_code: 'not_authenticated' }],
      'setup',
    ])
  })

  it('S16 is the owner’s who began it: somebody else’s session does not do', async () => {
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'somebody-else', (await liar()).issuer)
    const answered = await owner.get(sentAway.location())
    owner.cookies.set('__Host-session', (await signedIn('mark')).cookies.get('__Host-session') ?? '')
    expect((await owner.get(answered.location())).status).toBe(403)
    expect([await endings(), await enabled('somebody-else')]).toEqual([
      [{ outcome: 'rejected', outcome_code: 'wrong_user' }],
      'setup',
    ])
  })

  it('needs the owner to have the right still', async () => {
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'demoted', (await liar()).issuer)
    await rows(
      `update organization_members m set role = 'manager' from users u where u.id = m.user_id and u.name = 'Olivia Owner'`,
    )
    expect((await finish(owner, sentAway, 'olivia-5')).status).toBe(403)
    await rows(
      `update organization_members m set role = 'owner' from users u where u.id = m.user_id and u.name = 'Olivia Owner'`,
    )
    expect([await endings(), await enabled('demoted')]).toEqual([
      [{ outcome: 'rejected', outcome_code: 'wrong_user' }],
      'setup',
    ])
  })

  it('S33 is bound to its provider: the answer at another one’s callback ends it', async () => {
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'bound', (await liar()).issuer)
    const answered = new URL((await owner.get(sentAway.location())).location())
    const [demo] = await rows<{ id: string }>(`select id from providers where name = 'demo' limit 1`)
    answered.pathname = `/callback/${demo?.id ?? ''}`
    expect((await owner.get(answered)).status).toBe(400)
    expect(await enabled('bound')).toBe('setup')
  })

  it('uses up its state: the same answer twice changes nothing', async () => {
    const owner = await signedIn('olivia')
    const sentAway = await begin(owner, 'twice', (await liar()).issuer)
    const answered = (await owner.get(sentAway.location())).location()
    await owner.get(answered)
    const before = await rows(`select id from audit_events`)
    await owner.get(answered)
    expect(await rows(`select id from audit_events`)).toEqual(before)
  })
})

describe('an issuer with whom anybody can have an account', () => {
  it('does not admit everyone', async () => {
    const owner = await signedIn('olivia')
    await rows(
      `insert into providers (organization_id, name, display_name, issuer, client_id, status)
       select id, 'public', 'Public', 'https://accounts.google.com', 'client', 'setup' from organizations where slug = 'acme'`,
    )
    const page = await owner.submit(`${sso}/public/setup`, { ...client, ...rules, admission: 'everyone' })
    expect([page.status, page.text.includes('would open the organization to the world')]).toEqual([400, true])
    await rows(`update providers set status = 'enabled' where name = 'public'`)
    const edited = await owner.submit(`${sso}/public/settings`, {
      ...rules,
      display_name: 'P',
      admission: 'everyone',
    })
    expect(edited.status).toBe(400)
    await rows(`delete from providers where name = 'public'`)
  })
})

it('a client secret is sealed, never shown and kept where the field is left empty', async () => {
  const owner = await signedIn('olivia')
  const sentAway = await begin(owner, 'sealed', (await liar()).issuer)
  const secret = async () =>
    (await rows<{ client_secret: Buffer }>(`select client_secret from providers where name = 'sealed'`))[0]
      ?.client_secret
  const before = await secret()
  expect(before?.includes(lyingClient.secret)).toBe(false)
  await owner.submit(`${sso}/sealed/setup`, { ...client, ...rules, client_secret: '' })
  expect((await secret())?.equals(before ?? Buffer.alloc(0))).toBe(true)
  const page = await owner.get(`${sso}/sealed`)
  const api = await owner.get('/v1/organizations/acme/providers/sealed')
  for (const { text } of [page, api]) expect(text).not.toContain(lyingClient.secret)
  expect(sentAway.status).toBe(303)
})

describe('what cannot be stored is refused at the door', () => {
  const providers = '/v1/organizations/acme/providers'

  it.each(['display_name', 'client_id', 'client_secret', 'issuer'])('in a body: %s', async (field) => {
    const owner = await signedIn('olivia')
    const body = { name: 'unwritable', issuer: (await liar()).issuer, ...client }
    for (const text of ['a\0b', 'a\ud800b']) {
      const answer = await owner.postJson(providers, { ...body, [field]: text })
      expect([answer.status, answer.json()]).toMatchObject([
        400,
        { code: 'bad_request', errors: [{ field }] },
      ])
    }
    const page = await owner.submit(`${sso}/connect`, { ...body, display_name: 'Shown', [field]: 'a\0b' })
    expect(page.status).toBe(400)
    expect(await rows(`select id from providers where name = 'unwritable'`)).toEqual([])
  })

  it('and in a path', async () => {
    const owner = await signedIn('olivia')
    for (const path of [
      `${providers}/%00`,
      '/v1/organizations/acme/settings/domains/%00/proof',
      `${sso}/%00`,
    ])
      expect((await owner.get(path)).status).toBeLessThan(500)
    const proof = await owner.postJson('/v1/organizations/acme/settings/domains/%00/proof', {})
    const removed = await owner.delete('/v1/organizations/acme/settings/domains/a%00')
    expect([proof.status, removed.status]).toEqual([404, 404])
  })
})
