import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { auditOf, linkIdentity, newUser, passwordSession, signIn } from '../support/account.js'
import { headline } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const linked = async (userId: string): Promise<string[]> =>
  (await product.database.signInMethods.list(userId)).identities.map(({ subject }) => subject)

describe('unlinking', () => {
  it('P13 takes one of two, ends what rests on it, is audited and told by mail; the identity is unknown again', async () => {
    const userId = await newUser(product, 'two')
    const identityId = await linkIdentity(product, userId, 'two')
    await linkIdentity(product, userId, 'two-globex', 'globex')
    const through = await signIn(product, 'two')
    const tab = product.browser()
    tab.cookies.set('__Host-session', through.browser.cookies.get('__Host-session') ?? '')
    const attempt = attemptIdOf(await signInAtProvider(tab, 'two-new', 'globex'))
    const other = await passwordSession(product, userId)

    const answer = await other.browser.delete(`/v1/me/identities/${identityId}`)
    expect(answer.status).toBe(204)
    expect(await linked(userId)).toEqual(['two-globex'])
    expect((await through.browser.get('/v1/session')).status).toBe(401)
    expect((await other.browser.get('/v1/session')).status).toBe(200)
    expect((await product.database.attempts.find(attempt))?.outcome).toEqual({ result: 'cancelled' })
    expect(await auditOf(product, userId)).toEqual(
      expect.arrayContaining(['session.ended', 'attempt.ended', 'identity.unlinked']),
    )
    await eventually(() => product.inbox.messages().find(({ to }) => to === 'two@people.example'))
    const again = await signInAtProvider(product.browser(), 'two')
    expect(new URL(again.location()).pathname).toMatch(/^\/attempts\//)
  })

  it('P14 refuses to take the only way to sign in, and says so', async () => {
    const userId = await newUser(product, 'one')
    const identityId = await linkIdentity(product, userId, 'one')
    const { browser } = await signIn(product, 'one')
    const refused = await browser.delete(`/v1/me/identities/${identityId}`)
    expect([refused.status, refused.json()['code']]).toEqual([409, 'last_sign_in_method'])
    const page = await browser.submit(`/account/identities/${identityId}/unlink`, {})
    expect([page.status, headline(page)]).toEqual([409, 'This is your only way to sign in'])
    expect((await browser.get('/account/sign-in')).text).toContain('This is your only way to sign in, so it')
    expect(await linked(userId)).toEqual(['one'])
  })

  it('P14 does not count a way in that is switched off', async () => {
    const userId = await newUser(product, 'off')
    const identityId = await linkIdentity(product, userId, 'off')
    await linkIdentity(product, userId, 'off-globex', 'globex')
    const { browser } = await passwordSession(product, userId)
    const globex = `where organization_id = (select id from organizations where slug = 'globex')`
    await product.testDatabase.pool.query(`update providers set status = 'disabled' ${globex}`)
    const refused = await browser.delete(`/v1/me/identities/${identityId}`)
    await product.testDatabase.pool.query(`update providers set status = 'enabled' ${globex}`)
    expect([refused.status, refused.json()['code']]).toEqual([409, 'last_sign_in_method'])
  })

  it('P15 says the same of an identity that is not there and of one of somebody else', async () => {
    const userId = await newUser(product, 'own')
    const foreign = await linkIdentity(product, await newUser(product, 'foreign'), 'foreign')
    await linkIdentity(product, userId, 'own')
    const { browser } = await passwordSession(product, userId)
    const answers = await Promise.all(
      [foreign, randomUUID(), 'nothing'].map((id) => browser.delete(`/v1/me/identities/${id}`)),
    )
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    const told = answers.map((answer) => ({ ...answer.json(), request_id: '' }))
    expect(new Set(told.map((body) => JSON.stringify(body))).size).toBe(1)
  })

  it('P81 leaves one of two that go at the same time, every time', async () => {
    for (let round = 0; round < 15; round++) {
      const userId = await newUser(product, `race-${round}`)
      const ids = [
        await linkIdentity(product, userId, `race-${round}`),
        await linkIdentity(product, userId, `race-${round}-globex`, 'globex'),
      ]
      const { browser } = await passwordSession(product, userId)
      const answers = await Promise.all(ids.map((id) => browser.delete(`/v1/me/identities/${id}`)))
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      expect(await linked(userId)).toHaveLength(1)
    }
  })

  it('needs a proof that the session’s own provider did not issue, unless there is none other', async () => {
    const userId = await newUser(product, 'tenant')
    const identityId = await linkIdentity(product, userId, 'tenant')
    await linkIdentity(product, userId, 'tenant-globex', 'globex')
    const { browser, sessionId } = await signIn(product, 'tenant')
    const refused = await browser.delete(`/v1/me/identities/${identityId}`)
    expect([refused.status, refused.json()['code']]).toEqual([403, 'reauthentication_required'])
    await product.database.userSessions.noteProof(sessionId, 'other')
    expect((await browser.delete(`/v1/me/identities/${identityId}`)).status).toBe(204)
  })
})

describe('the list of identities', () => {
  it('shows provider, what it knows, and when it was last used, but no subject', async () => {
    const { browser } = await signIn(product, 'mark')
    const { items, next } = (await browser.get('/v1/me/identities')).json()
    expect(next).toBeNull()
    expect(items).toEqual([
      expect.objectContaining({
        organization: 'acme',
        provider: 'demo',
        provider_display_name: 'Demo Provider',
        email: 'mark@acme.example',
        subject_hint: '•••rk',
      }),
    ])
    expect((await browser.get('/account/sign-in')).text).toContain('Demo Provider')
  })
})
