import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { JWTPayload } from 'jose'
import type pg from 'pg'
import { setPersonStatus } from '../../cli/people.js'
import type { Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { headline, nextSteps } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const create = async (browser: Browser, attemptId: string): Promise<Record<string, unknown>> =>
  (await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })).json()
/** Signs somebody up at a provider. @returns the user's id */
const signUp = async (provider: ConnectedProvider, subject: string): Promise<string> => {
  const browser = product.browser()
  const { outcome } = (await create(browser, attemptIdOf(await provider.signIn(browser, subject)))) as {
    outcome: { user_id: string }
  }
  return outcome.user_id
}
const membership = (userId: string): Promise<object[]> =>
  rows('select role, restricted from organization_members where user_id = $1', [userId])

describe('an identity whose owner is inactive', () => {
  it('S39, S82, P27 is unknown after deactivation, and leads to a new account only by a decision', async () => {
    const provider = await connectLyingProvider(product)
    const userId = await signUp(provider, 'ines')
    const browser = product.browser()
    await provider.signIn(browser, 'ines')
    await setPersonStatus({ database: product.database, print: () => undefined }, userId, 'inactive', {
      reason: 'left',
      actor: 'sam',
    })
    expect((await browser.get('/v1/session')).status).toBe(401)

    const again = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(again, 'ines'))
    expect((await again.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'awaiting_decision',
    })
    expect(await create(again, attemptId)).toMatchObject({ outcome: { how: 'created' } })
    expect(await rows('select user_id from identities where subject = $1', ['ines'])).not.toEqual([
      { user_id: userId },
    ])
  })

  it('S39 that a row still names as owner is left alone until somebody decides, and then leaves that row, audited', async () => {
    const provider = await connectLyingProvider(product)
    const userId = await signUp(provider, 'ivo')
    await rows(`update users set status = 'inactive' where id = $1`, [userId])
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'ivo'))
    const owner = () =>
      rows<{ user_id: string }>('select user_id from identities where subject = $1', ['ivo'])
    expect(await owner()).toEqual([{ user_id: userId }])
    expect(await create(browser, attemptId)).toMatchObject({ outcome: { how: 'created' } })
    expect((await owner())[0]?.user_id).not.toBe(userId)
    expect(
      await rows(`select target_id from audit_events where attempt_id = $1 and event = 'identity.unlinked'`, [
        attemptId,
      ]),
    ).toEqual([{ target_id: userId }])
  })
})

describe('a provider that changed its subjects', () => {
  it('S88 the former one beside the new one is rewritten in place, audited, where staff named the claim', async () => {
    const provider = await connectLyingProvider(product)
    const userId = await signUp(provider, 'old-7')
    provider.lie({ claims: (honest) => ({ ...honest, sub: 'new-7', old_sub: 'old-7' }) })
    const unknown = product.browser()
    expect((await provider.signIn(unknown, 'x')).location()).toContain('/attempts/')

    await rows(`update providers set legacy_subject_claim = 'old_sub' where id = $1`, [provider.id])
    const browser = product.browser()
    expect((await provider.signIn(browser, 'x')).location()).toBe(`${product.origin}/account`)
    expect((await browser.get('/v1/session')).json()).toMatchObject({ user: { id: userId } })
    expect(await rows('select subject from identities where user_id = $1', [userId])).toEqual([
      { subject: 'new-7' },
    ])
    expect(
      await rows(
        `select e.data from audit_events e join identities i on i.id::text = e.target_id
         where i.user_id = $1 and e.event = 'identity.replaced'`,
        [userId],
      ),
    ).toEqual([{ data: { reason: 'legacy_subject' } }])
    // The former subject alone is nobody any more.
    provider.lie({ claims: (honest) => ({ ...honest, sub: 'old-7' }) })
    expect((await provider.signIn(product.browser(), 'x')).location()).toContain('/attempts/')
  })
})

describe('the word of a provider for an address', () => {
  const verifiedOf = async (subject: string): Promise<unknown> =>
    rows(
      `select e.verified_at is not null as verified from identities i join user_emails e on e.user_id = i.user_id where i.subject = $1`,
      [subject],
    )

  it('as the text "true" counts only where staff flagged the provider so', async () => {
    const provider = await connectLyingProvider(product, {
      claims: (honest) => ({
        ...honest,
        email: `${honest.sub}@acme.example`,
        email_verified: 'true',
      }),
    })
    await signUp(provider, 'texty-1')
    expect(await verifiedOf('texty-1')).toEqual([{ verified: false }])
    await rows('update providers set text_true_is_verified = true where id = $1', [provider.id])
    await signUp(provider, 'texty-2')
    expect(await verifiedOf('texty-2')).toEqual([{ verified: true }])
  })

  it('P31 counts for that provider only, not for one of the same name in another organization', async () => {
    const claims = (honest: JWTPayload): JWTPayload => ({
      ...honest,
      email: `${honest.sub}@partner.example`,
      email_verified: true,
    })
    const here = await connectLyingProvider(product, { claims })
    const there = await connectLyingProvider(product, { claims }, { organization: 'globex' })
    await rows(
      `insert into domains (organization_id, provider_id, name)
       select organization_id, id, 'partner.example' from providers where id = $1`,
      [here.id],
    )
    await signUp(here, 'petra')
    await signUp(there, 'pavel')
    expect(await verifiedOf('petra')).toEqual([{ verified: true }])
    expect(await verifiedOf('pavel')).toEqual([{ verified: false }])
  })
})

describe('an organization that signs in elsewhere only', () => {
  it('S35, S36, S91 is refused at start, at the callback and at redemption, each time with a way to the right provider', async () => {
    const [wrong, right] = [
      await connectLyingProvider(product, {}, { organization: 'globex' }),
      await connectLyingProvider(product, {}, { organization: 'globex' }),
    ]
    await signUp(wrong, 'gert')
    const browser = product.browser()
    const callback = await wrong.callbackFor(browser, 'gert')
    const require = (on: boolean) =>
      rows('update providers set require_link = $2 where id = $1', [right.id, on])
    await require(true)
    try {
      const exchanged = wrong.tokenRequests.length
      const late = await browser.get(callback)
      expect([late.status, headline(late), nextSteps(late)]).toEqual([
        403,
        'Your organization signs in elsewhere',
        [right.startPath],
      ])
      expect(wrong.tokenRequests).toHaveLength(exchanged)
      const refused = await product.browser().submit(wrong.startPath, {})
      expect([refused.status, nextSteps(refused)]).toEqual([403, [right.startPath]])
      const page = await product.browser().get('/sso/globex')
      expect(nextSteps(page)).toEqual([right.startPath])
      // No false alarm where the right one, or none, is named.
      const led = await product.browser().submit(right.startPath, {})
      expect(led.location()).toContain(`${right.issuer}/authorize`)
    } finally {
      await require(false)
    }
  })
})

describe('a session that another provider opened before its organization signs in elsewhere only', () => {
  it('reaches the organization no longer, and its pages say where to sign in again', async () => {
    const [wrong, right] = [
      await connectLyingProvider(product, {}, { organization: 'globex' }),
      await connectLyingProvider(product, {}, { organization: 'globex' }),
    ]
    const [before, kept] = [product.browser(), product.browser()]
    for (const [provider, browser] of [
      [wrong, before],
      [right, kept],
    ] as const) {
      await signUp(provider, 'open-before')
      await provider.signIn(browser, 'open-before')
    }
    await rows(
      `update organization_members set role = 'manager' where user_id in (select user_id from identities where subject = 'open-before')`,
    )
    const read = '/v1/organizations/globex/members'
    const reached = () => Promise.all([before, kept].map(async (browser) => (await browser.get(read)).status))
    expect(await reached()).toEqual([200, 200])
    await rows('update providers set require_link = true where id = $1', [right.id])
    try {
      expect(await reached()).toEqual([403, 200])
      expect((await before.get(read)).json()['code']).toBe('provider_mismatch')
      expect((await before.get('/v1/session')).status).toBe(401)
      for (const path of ['/account', '/organizations/globex/sso']) {
        const page = await before.get(path)
        expect([page.status, headline(page), nextSteps(page)]).toEqual([
          403,
          'Your organization signs in elsewhere',
          [`/sso/globex?return_to=${encodeURIComponent(path)}`],
        ])
      }
    } finally {
      await rows('update providers set require_link = false where id = $1', [right.id])
    }
    expect(await reached()).toEqual([200, 200])
  })
})

describe('membership', () => {
  const settings = async (admission: 'everyone' | 'invited') =>
    connectLyingProvider(product, {}, { admission })
  const leave = (userId: string) => rows('delete from organization_members where user_id = $1', [userId])
  const invite = async (token: string, role = 'manager'): Promise<void> => {
    await rows(
      `insert into invitations (organization_id, canonical_email, role, expires_at, token_hash)
       select id, $1, $2, app.now() + interval '1 day', $3 from organizations where slug = 'acme'`,
      [`${randomUUID()}@people.example`, role, createHash('sha256').update(token).digest()],
    )
  }
  const through = async (
    browser: Browser,
    provider: ConnectedProvider,
    subject: string,
    invitation?: string,
  ) => {
    const begun = await browser.submit(provider.startPath, {
      login_hint: subject,
      ...(invitation === undefined ? {} : { invitation }),
    })
    return browser.get((await browser.get(begun.location())).location())
  }

  it('a known owner who left comes in again where the provider says so, and is refused where it does not', async () => {
    const provider = await settings('everyone')
    const userId = await signUp(provider, 'rejoin')
    await leave(userId)
    expect((await provider.signIn(product.browser(), 'rejoin')).location()).toBe(`${product.origin}/account`)
    expect(await membership(userId)).toEqual([{ role: 'member', restricted: false }])

    await leave(userId)
    await rows(`update providers set admission = 'invited' where id = $1`, [provider.id])
    const refused = await provider.signIn(product.browser(), 'rejoin')
    expect([refused.status, headline(refused)]).toEqual([403, 'You are not a member here'])
    expect(await membership(userId)).toEqual([])
  })

  it('S6, P42, S89, S108 an invitation’s token counts whatever address it was sent to, with its role, and once', async () => {
    const provider = await settings('invited')
    await invite('token-1')
    const page = await product.browser().get('/sso/acme?invitation=token-1')
    expect(page.text).toContain('name="invitation" value="token-1"')
    const browser = product.browser()
    const attemptId = attemptIdOf(await through(browser, provider, 'guest', 'token-1'))
    const { outcome } = (await create(browser, attemptId)) as { outcome: { user_id: string } }
    expect(await membership(outcome.user_id)).toEqual([{ role: 'manager', restricted: false }])
    expect(
      await rows(
        `select event from audit_events where attempt_id = $1 and event like 'member.%' order by event`,
        [attemptId],
      ),
    ).toEqual([{ event: 'member.accepted' }, { event: 'member.added' }])

    const second = product.browser()
    const late = attemptIdOf(await through(second, provider, 'guest-2', 'token-1'))
    expect(await create(second, late)).toEqual({ outcome: { result: 'rejected', code: 'not_a_member' } })
  })

  it('P42 a member who follows an invitation’s link gets its role where that is higher, and nobody gets anything by it afterwards', async () => {
    const provider = await settings('everyone')
    const userId = await signUp(provider, 'rising')
    await invite('as-owner', 'owner')
    await invite('as-manager', 'manager')
    await through(product.browser(), provider, 'rising', 'as-owner')
    expect(await membership(userId)).toEqual([{ role: 'owner', restricted: false }])
    await through(product.browser(), provider, 'rising', 'as-manager')
    expect(await membership(userId)).toEqual([{ role: 'owner', restricted: false }])
    expect(
      await rows(
        `select data from audit_events where event = 'member.accepted' and actor_id = $1 order by id`,
        [userId],
      ),
    ).toEqual([{ data: { role: 'owner' } }, { data: {} }])

    const stranger = product.browser()
    const late = attemptIdOf(await through(stranger, provider, 'late', 'as-owner'))
    const { outcome } = (await create(stranger, late)) as { outcome: { user_id: string } }
    expect(await membership(outcome.user_id)).toEqual([{ role: 'member', restricted: false }])
    await through(product.browser(), provider, 'late', 'as-manager')
    expect(await membership(outcome.user_id)).toEqual([{ role: 'member', restricted: false }])
  })

  it('P42 a member who connects an identity through an invitation’s link uses it up as well', async () => {
    const provider = await settings('everyone')
    const another = await settings('everyone')
    const userId = await signUp(provider, 'connects')
    const browser = product.browser()
    await provider.signIn(browser, 'connects')
    await invite('by-link', 'manager')
    const attemptId = attemptIdOf(await through(browser, another, 'connects', 'by-link'))
    await browser.postJson(
      `/v1/attempts/${attemptId}/decision`,
      { decision: 'link' },
      { 'idempotency-key': 'k' },
    )
    expect(await membership(userId)).toEqual([{ role: 'manager', restricted: false }])
  })

  it.each([
    ['whose token is brought', 'to-token', true, true],
    ['for another address, whose token is brought', 'to-another', true, true],
    ['for the address, without its token', 'to-address', true, false],
    ['that nobody approved', 'to-request', false, false],
  ])(
    'S46, S47, S48 an invitation %s exempts nobody from confirming the address',
    async (_case, name, approved, brought) => {
      const provider = await settings('everyone')
      const email = `${name}@people.example`
      await rows(
        `insert into invitations (organization_id, canonical_email, role, expires_at, token_hash, approved)
       select id, $1, 'member', app.now() + interval '1 day', $2, $3 from organizations where slug = 'acme'`,
        [
          name === 'to-another' ? 'else@people.example' : email,
          createHash('sha256').update(name).digest(),
          approved,
        ],
      )
      const browser = product.browser()
      const attemptId = attemptIdOf(await through(browser, provider, name, brought ? name : undefined))
      expect(await create(browser, attemptId)).toMatchObject({ outcome: { how: 'created' } })
      expect(
        await rows(
          `select e.verified_at, (select count(*)::int from mail_messages m where m.user_email_id = e.id and m.kind = 'confirmation') as mails
         from user_emails e where canonical = $1`,
          [email],
        ),
      ).toEqual([{ verified_at: null, mails: 1 }])
    },
  )

  /** Holds the row of an invitation, so that whoever would accept it waits, and lets it go once all of `work` has begun to. */
  const whileLocked = async <T>(token: string, count: number, work: () => Promise<T>): Promise<T> => {
    const client = await product.testDatabase.pool.connect()
    try {
      await client.query('begin')
      await client.query('select from invitations where token_hash = $1 for update', [
        createHash('sha256').update(token).digest(),
      ])
      const done = work()
      await eventually(async () => {
        const [waiting] = await rows<{ count: number }>(
          `select count(*)::int as count from pg_stat_activity
           where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
        )
        return waiting?.count === count ? true : null
      })
      await client.query('commit')
      return await done
    } finally {
      client.release()
    }
  }

  it('P42 one invitation lets one person in, also where several decide at once', async () => {
    const provider = await settings('invited')
    await invite('token-crowd', 'owner')
    const attempts: [Browser, string][] = []
    for (const n of [1, 2, 3]) {
      const browser = product.browser()
      attempts.push([
        browser,
        attemptIdOf(await through(browser, provider, `guest-crowd-${n}`, 'token-crowd')),
      ])
    }
    const outcomes = await whileLocked('token-crowd', 3, () =>
      Promise.all(attempts.map(([browser, attemptId]) => create(browser, attemptId))),
    )
    expect(
      outcomes.map((answer) => (answer as { outcome: { result: string } }).outcome.result).sort(),
    ).toEqual(['rejected', 'rejected', 'signed_in'])
    expect(
      await rows(
        `select m.role from organization_members m join identities i on i.user_id = m.user_id where i.subject like 'guest-crowd-%'`,
      ),
    ).toEqual([{ role: 'owner' }])
  })

  it('P42 one invitation lets one known person in, also where several sign in at once', async () => {
    const provider = await settings('everyone')
    const users: string[] = []
    for (const n of [1, 2, 3]) users.push(await signUp(provider, `known-crowd-${n}`))
    for (const userId of users) await leave(userId)
    await rows(`update providers set admission = 'invited' where id = $1`, [provider.id])
    await invite('token-known', 'owner')
    const answers = await whileLocked('token-known', 3, () =>
      Promise.all(
        users.map((_, n) => through(product.browser(), provider, `known-crowd-${n + 1}`, 'token-known')),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403, 403])
    const memberships = await Promise.all(users.map(membership))
    expect(memberships.flat()).toEqual([{ role: 'owner', restricted: false }])
  })

  it('S109 an invitation is not accepted by an identity that nobody decided about', async () => {
    const provider = await settings('invited')
    await invite('token-2')
    await through(product.browser(), provider, 'looker', 'token-2')
    expect(
      await rows('select accepted_at from invitations where token_hash = $1', [
        createHash('sha256').update('token-2').digest(),
      ]),
    ).toEqual([{ accepted_at: null }])
  })

  it('says on the page to whoever joined without a seat whom to ask, and on the account page as well', async () => {
    const provider = await settings('everyone')
    await rows(`update organizations set seat_limit = 1 where slug = 'acme'`)
    const browser = product.browser()
    const attemptId = attemptIdOf(await through(browser, provider, 'without-seat'))
    const done = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      idempotency_key: 'k',
    })
    const page = await browser.follow(done)
    for (const shown of [page, await browser.get('/account')])
      expect(shown.text.replaceAll('<wbr/>', '')).toMatch(
        /Your access is limited for now.*Every seat at .*Ask an administrator there for one/s,
      )
    await rows(`update organizations set seat_limit = null where slug = 'acme'`)
  })

  it('P43 members join restricted once the seats are taken, exactly, also when they come at once', async () => {
    const provider = await connectLyingProvider(product, {}, { organization: 'globex' })
    const [{ taken } = { taken: 0 }] = await rows<{ taken: number }>(
      `select count(*)::int as taken from organization_members m join organizations o on o.id = m.organization_id
       where o.slug = 'globex' and not m.restricted`,
    )
    const limit = (seats: number | null) =>
      rows(`update organizations set seat_limit = $1 where slug = 'globex'`, [seats])
    await limit(taken + 2)
    try {
      const users = await Promise.all(Array.from({ length: 6 }, (_, n) => signUp(provider, `crowd-${n}`)))
      const joined = await rows<{ restricted: boolean }>(
        'select restricted from organization_members where user_id = any($1)',
        [users],
      )
      expect(joined.filter(({ restricted }) => restricted)).toHaveLength(4)
      const audited = await rows(
        `select from audit_events where event = 'member.added' and target_id = any($1) and (data->>'restricted')::boolean`,
        [users],
      )
      expect(audited).toHaveLength(4)
    } finally {
      await limit(null)
    }
  })

  it('P43 who waits gets a seat that is free: at a sign-in, never two for one, and from a higher limit or none, the oldest first', async () => {
    const provider = await connectLyingProvider(product, {}, { organization: 'globex' })
    const grace = product.browser()
    await signInAtProvider(grace, 'grace', 'globex')
    await rows('update organization_members set restricted = false where restricted')
    const settings = '/v1/organizations/globex/settings'
    const full = Number((await grace.get(settings)).json()['seats_taken'])
    const limit = (seats: number | null) =>
      rows(`update organizations set seat_limit = $1 where slug = 'globex'`, [seats])
    await limit(full)
    try {
      const users: string[] = []
      for (const subject of ['waits-0', 'waits-1', 'waits-2', 'waits-3'])
        users.push(await signUp(provider, subject))
      const waiting = async () => {
        const restricted = await rows<{ user_id: string }>(
          'select user_id from organization_members where user_id = any($1) and restricted',
          [users],
        )
        const ids = new Set(restricted.map(({ user_id: id }) => id))
        return users.flatMap((id, place) => (ids.has(id) ? [place] : []))
      }
      const comesBack = async (place: number) =>
        (await provider.signIn(product.browser(), `waits-${place}`)).location()
      const account = `${product.origin}/account`
      expect(await comesBack(3)).not.toBe(account)
      expect(await waiting()).toEqual([0, 1, 2, 3])

      await limit(full + 1)
      expect(await comesBack(3)).toBe(account)
      expect(await waiting()).toEqual([0, 1, 2])
      expect(await comesBack(2)).not.toBe(account)

      await limit(full + 2)
      const atOnce = await Promise.all([comesBack(1), comesBack(2)])
      expect(atOnce.filter((to) => to === account)).toHaveLength(1)
      const [, other] = await waiting()
      expect(await waiting()).toEqual([0, other])

      expect((await grace.sendJson('PATCH', settings, { seat_limit: full + 3 })).status).toBe(200)
      expect(await waiting()).toEqual([other])
      await grace.sendJson('PATCH', settings, { seat_limit: null })
      expect(await waiting()).toEqual([])
      const told = await rows<{ target_id: string }>(
        `select target_id from audit_events where event = 'member.flagged' and data = '{"restricted": false}' order by id`,
      )
      expect(told.map(({ target_id: id }) => users.indexOf(id)).sort()).toEqual([0, 1, 2, 3])
    } finally {
      await limit(null)
    }
  })
})
