import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { authenticatorCode, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { checkInvariants } from '../support/invariants.js'
import { attemptIdOf, eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let other: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  other = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const good = 'four words that nobody knows'
const otherName = (): string => other.startPath.split('/').at(-1) ?? ''
const codeOf = (answer: Answer): unknown => answer.json()['code']
const auditOf = async (attemptId: string): Promise<string[]> =>
  (
    await product.testDatabase.pool.query<{ event: string }>(
      'select event from audit_events where attempt_id = $1 order by id',
      [attemptId],
    )
  ).rows.map(({ event }) => event)
/** An account with a confirmed address and a password. */
const former = async (name: string): Promise<string> => {
  const userId = await newUser(product, name)
  const { browser } = await passwordSession(product, userId)
  expect((await browser.sendJson('PUT', '/v1/me/password', { password: good })).status).toBe(204)
  return userId
}
/** An account without a confirmed address, signed in by its identity at the demo provider. */
const fresh = async (name: string): Promise<{ browser: Browser; userId: string; identityId: string }> => {
  const userId = await newUser(product, name, false)
  const identityId = await linkIdentity(product, userId, name)
  return { ...(await signIn(product, name)), userId, identityId }
}
/** Presses "I already had an account". @returns the attempt that it began */
const begin = async (browser: Browser): Promise<string> => {
  const answer = await browser.submit('/account/former', {})
  expect(answer.location()).toMatch(/\/attempts\/[^/]+\/proofs$/)
  return attemptIdOf(answer)
}
const prove = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/proofs`, body)
const decide = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, body)
const idsOf = async (userId: string): Promise<string[]> =>
  (await product.database.signInMethods.list(userId)).identities.map(({ id }) => id)

describe('a fresh account without a confirmed address', () => {
  it('goes into the one whose password is shown: identities move, it is deleted, audited, and told', async () => {
    const formerId = await former('former')
    const old = await passwordSession(product, formerId)
    const { browser, userId, identityId } = await fresh('fresh')
    expect((await browser.get('/account')).text).toContain('I already had an account')
    const page = await browser.get('/account/former')
    expect(page.text).toContain('Show my former account')
    const attemptId = await begin(browser)
    const wrong = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'password',
      email: 'former@people.example',
      password: 'not the right one',
    })
    expect([wrong.status, wrong.text.includes('do not belong together')]).toEqual([422, true])
    const shown = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'password',
      email: 'former@people.example',
      password: good,
    })
    const asked = await browser.get(shown.location())
    expect(asked.text).toContain('Join my accounts')
    expect(await product.database.users.find(userId)).not.toBeNull()
    const hidden = (name: string): string =>
      new RegExp(`name="${name}" value="([^"]+)"`).exec(asked.text)?.[1] ?? ''
    const answer = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'merge',
      idempotency_key: hidden('idempotency_key'),
      version: hidden('version'),
    })
    expect([answer.status, answer.location()]).toEqual([303, `${product.origin}/account`])

    expect((await browser.get('/v1/session')).json()['user']).toMatchObject({ id: formerId })
    expect(await idsOf(formerId)).toEqual([identityId])
    expect(await product.database.users.find(userId)).toBeNull()
    expect((await old.browser.get('/v1/session')).status).toBe(401)
    expect(await auditOf(attemptId)).toEqual(
      expect.arrayContaining([
        'attempt.started',
        'proof.failed',
        'proof.used',
        'attempt.decided',
        'identity.linked',
        'user.folded',
        'attempt.ended',
        'session.started',
      ]),
    )
    const again = await signIn(product, 'fresh')
    expect(again.userId).toBe(formerId)
    await eventually(() =>
      product.inbox
        .messages()
        .find(({ to, subject }) => to === 'former@people.example' && subject.startsWith('A new way into')),
    )
    await eventually(async () => {
      const { pool } = product.testDatabase
      const found = await checkInvariants({ pool, temporal: product.temporal, requests: [] })
      return found.some(({ what }) => what.includes(attemptId)) ? null : true
    })
  })

  it.each(['code', 'link'] as const)('goes into the one that a mailed %s reaches', async (way) => {
    const address = `mailed-${way}@people.example`
    const formerId = await newUser(product, `mailed-${way}`)
    const userId = await newUser(product, `fresh-${way}`, false)
    const identityId = await linkIdentity(product, userId, `mailed-${way}`)
    const { browser } = await signIn(product, `mailed-${way}`)
    const attemptId = await begin(browser)
    expect((await prove(browser, attemptId, { kind: 'email' })).status).toBe(202)
    const text = await eventually(
      () =>
        product.inbox
          .messages()
          .find(({ to, categories }) => to === address && categories.includes('merge_proof'))?.text,
    )
    const shown =
      way === 'code'
        ? await prove(browser, attemptId, { kind: 'email_code', code: /^(\d{6})$/m.exec(text)?.[1] })
        : await browser.submit(new URL(/\S+\/prove\/\S+/.exec(text)?.[0] ?? '').pathname, {})
    expect(shown.status).toBe(way === 'code' ? 201 : 303)
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: formerId },
    })
    // The session that it was decided in is gone with its account; this browser gets one of the other account.
    expect((await browser.get('/v1/session')).status).toBe(401)
    expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).status).toBe(201)
    expect((await browser.get('/v1/session')).json()['user']).toMatchObject({ id: formerId })
    expect(await idsOf(formerId)).toEqual([identityId])
    expect(await product.database.users.find(userId)).toBeNull()
  })

  it('goes into the one that another identity shows, once its second factor is given too', async () => {
    const formerId = await newUser(product, 'by-identity')
    const claims = { email: null, emailVerified: false, name: '', locale: null }
    await product.database.identities.create(formerId, other.id, {
      ...claims,
      issuer: other.issuer,
      subject: 'by-identity',
    })
    const secret = product.apiDependencies.totp.newSecret()
    await product.testDatabase.pool.query(
      'insert into user_totp (user_id, secret, confirmed_at) values ($1, $2, app.now())',
      [formerId, product.dependencies.keyring.seal('totp', formerId, secret)],
    )
    const { browser, userId, identityId } = await fresh('fresh-identity')
    const attemptId = await begin(browser)
    expect((await browser.get(`/attempts/${attemptId}/proofs`)).text).toContain(`value="${otherName()}"`)
    const started = await prove(browser, attemptId, {
      kind: 'provider',
      provider: otherName(),
      login_hint: 'by-identity',
    })
    await browser.follow(await browser.get(String(started.json()['authorization_url'])))
    expect(codeOf(await decide(browser, attemptId, { decision: 'merge' }))).toBe('second_factor_required')
    const otp = await authenticatorCode(product, secret)
    expect((await prove(browser, attemptId, { kind: 'second_factor', otp })).status).toBe(201)
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: formerId },
    })
    expect(await idsOf(formerId)).toContain(identityId)
    expect(await product.database.users.find(userId)).toBeNull()
  })

  it('takes the place of an identity that the other one has at its provider only with an explicit word', async () => {
    const formerId = await former('taken')
    const takenId = await linkIdentity(product, formerId, 'taken')
    const { browser, userId, identityId } = await fresh('fresh-2')
    const attemptId = await begin(browser)
    await prove(browser, attemptId, { kind: 'password', email: 'taken@people.example', password: good })
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      offers: ['merge', 'cancel'],
      replaces: ['merge'],
    })
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).toContain('name="replace"')
    const silent = await decide(browser, attemptId, { decision: 'merge' })
    expect([silent.status, codeOf(silent)]).toEqual([409, 'identity_conflict'])
    expect(await idsOf(formerId)).toEqual([takenId])
    expect(await product.database.users.find(userId)).not.toBeNull()

    const said = await decide(browser, attemptId, { decision: 'merge', replace: true })
    expect(said.json()).toMatchObject({ outcome: { how: 'merged', user_id: formerId } })
    expect(await idsOf(formerId)).toEqual([identityId])
    expect(await auditOf(attemptId)).toContain('identity.replaced')
  })

  it('goes into one of them where two are decided at once', async () => {
    const formerIds = [await former('one-of-two'), await former('other-of-two')]
    const { browser, userId, identityId } = await fresh('torn')
    const attemptIds = [await begin(browser), await begin(browser)]
    for (const [n, attemptId] of attemptIds.entries())
      await prove(browser, attemptId, {
        kind: 'password',
        email: `${['one', 'other'][n] ?? ''}-of-two@people.example`,
        password: good,
      })
    await Promise.all(attemptIds.map((attemptId) => decide(browser, attemptId, { decision: 'merge' })))
    const outcomes = await eventually(async () => {
      const found = await Promise.all(
        attemptIds.map(async (id) => (await browser.get(`/v1/attempts/${id}`)).json()['outcome']),
      )
      return found.includes(null) ? null : (found as { how?: string; result: string }[])
    })
    expect(outcomes.filter(({ how }) => how === 'merged')).toHaveLength(1)
    const winner = formerIds[outcomes.findIndex(({ how }) => how === 'merged')] ?? ''
    expect(await idsOf(winner)).toEqual([identityId])
    expect(await product.database.users.find(userId)).toBeNull()
  })

  describe('of one organization', () => {
    type Standing = readonly [role: string, restricted: boolean]
    const rows = async (statement: string, values: unknown[]) =>
      (await product.testDatabase.pool.query<Record<string, unknown>>(statement, values)).rows
    const acme = `organization_id = (select id from organizations where slug = 'acme')`
    const stand = (userId: string, [role, restricted]: Standing) =>
      rows(`update organization_members set role = $2, restricted = $3 where user_id = $1 and ${acme}`, [
        userId,
        role,
        restricted,
      ])
    const standingOf = async (userId: string) =>
      (
        await rows(`select role, restricted from organization_members where user_id = $1 and ${acme}`, [
          userId,
        ])
      ).map(({ role, restricted }) => [role, restricted])
    /** Two accounts, and an attempt in which the older one was proved. */
    const pair = async (name: string, newer: Standing, older: Standing) => {
      const formerId = await former(`${name}-old`)
      const { browser, userId } = await fresh(`${name}-new`)
      const attemptId = await begin(browser)
      await prove(browser, attemptId, {
        kind: 'password',
        email: `${name}-old@people.example`,
        password: good,
      })
      await stand(userId, newer)
      await stand(formerId, older)
      return { formerId, userId, attemptId, merge: () => decide(browser, attemptId, { decision: 'merge' }) }
    }

    const seated = { event: 'member.flagged', data: { restricted: false } }
    const raised = (role: string) => ({ event: 'member.promoted', data: { role } })
    it.each<[string, Standing, Standing, Standing, object[]]>([
      ['raises', ['owner', false], ['member', false], ['owner', false], [raised('owner')]],
      ['lowers', ['member', false], ['manager', false], ['manager', false], []],
      ['equals', ['manager', true], ['manager', true], ['manager', true], []],
      ['seats', ['member', false], ['manager', true], ['manager', false], [seated]],
      ['unseats', ['manager', true], ['member', false], ['manager', false], [raised('manager')]],
      ['both', ['owner', false], ['member', true], ['owner', false], [raised('owner'), seated]],
    ])('ends with the higher role and a seat of either: %s', async (name, newer, older, end, told) => {
      const { formerId, attemptId, merge } = await pair(name, newer, older)
      await merge()
      await eventually(async () => ((await auditOf(attemptId)).includes('attempt.ended') ? true : null))
      expect(await standingOf(formerId)).toEqual([end])
      const flagged = await rows(
        `select event, data from audit_events where attempt_id = $1 and event in ('member.flagged', 'member.promoted')
           and target_id = $2 and ${acme} order by id`,
        [attemptId, formerId],
      )
      expect(flagged).toEqual(told)
    })

    it('leaves an owner where the only other one goes at the same time', async () => {
      await rows(`update organization_members set role = 'member' where ${acme}`, [])
      const { formerId, merge } = await pair('owner-stays', ['owner', false], ['member', false])
      const goer = await newUser(product, 'owner-goes')
      const { browser } = await passwordSession(product, goer)
      await stand(goer, ['owner', false])
      await Promise.all([merge(), browser.delete('/v1/me')])
      const end = await eventually(async () => {
        const standing = await standingOf(formerId)
        return standing[0]?.[0] === 'owner' ? standing : null
      })
      expect(end).toEqual([['owner', false]])
    })

    it('gives the role that the one that goes gets at this moment', async () => {
      const { formerId, userId, merge } = await pair('raised-now', ['member', false], ['member', false])
      const held = await product.testDatabase.pool.connect()
      let answer: Promise<unknown>
      try {
        await held.query('begin')
        await held.query(`update organization_members set role = 'manager' where user_id = $1`, [userId])
        answer = merge()
        await eventually(async () => {
          const waiting = await rows(
            `select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock' and state = 'active'`,
            [],
          )
          return waiting.length > 0 ? true : null
        })
        await held.query('commit')
      } finally {
        held.release()
      }
      await answer
      await eventually(async () => ((await product.database.users.find(userId)) === null ? true : null))
      expect(await standingOf(formerId)).toEqual([['manager', false]])
    })
  })

  it('stays as it is where its owner wants that, or where nothing is proved', async () => {
    const { browser, userId } = await fresh('stays')
    const attemptId = await begin(browser)
    expect(codeOf(await decide(browser, attemptId, { decision: 'merge' }))).toBe('proof_invalid')
    const kept = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'cancel',
      idempotency_key: 'k',
    })
    expect(kept.location()).toBe(`${product.origin}/account`)
    expect((await browser.get('/v1/session')).json()['user']).toMatchObject({ id: userId })
  })

  it('ends what was begun once its owner signs out, and asks for the account again after 15 minutes', async () => {
    await former('late')
    const { browser } = await fresh('fresh-late')
    const attemptId = await begin(browser)
    await prove(browser, attemptId, { kind: 'password', email: 'late@people.example', password: good })
    await product.testDatabase.pool.query(
      `update sessions set authenticated_at = app.now() - interval '16 min'
       where id = (select session_id from attempts where id = $1)`,
      [attemptId],
    )
    expect(codeOf(await decide(browser, attemptId, { decision: 'merge' }))).toBe('reauthentication_required')
    const led = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'merge',
      idempotency_key: 'k',
    })
    expect(led.location()).toContain('/account/reauthentication?return_to=%2Fattempts%2F')
    expect((await browser.submit('/account/former', {})).location()).toContain('/account/reauthentication')
    await browser.submit('/session/end', {})
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: { result: 'cancelled' },
    })
  })

  it('is not offered this once an address is confirmed, neither before nor while it is decided', async () => {
    await former('kept')
    const settled = await newUser(product, 'settled')
    await linkIdentity(product, settled, 'settled')
    const { browser } = await signIn(product, 'settled')
    expect((await browser.get('/account')).text).not.toContain('I already had an account')
    expect(codeOf(await browser.postJson('/v1/me/fold', {}))).toBe('wrong_user')

    const meanwhile = await fresh('meanwhile')
    const attempt = await meanwhile.browser.postJson('/v1/me/fold', {})
    expect([attempt.status, Object.keys(attempt.json()).sort()]).toEqual([201, ['expires_at', 'id']])
    const attemptId = String(attempt.json()['id'])
    await prove(meanwhile.browser, attemptId, {
      kind: 'password',
      email: 'kept@people.example',
      password: good,
    })
    await product.testDatabase.pool.query(
      'update user_emails set verified_at = app.now() where user_id = $1',
      [meanwhile.userId],
    )
    expect((await decide(meanwhile.browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { result: 'rejected', code: 'wrong_user' },
    })
    expect(await product.database.users.find(meanwhile.userId)).not.toBeNull()
  })
})
