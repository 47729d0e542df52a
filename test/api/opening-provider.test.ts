import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { linkIdentity, newUser, signIn } from '../support/account.js'
import { decideFor } from '../support/attempts.js'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { attemptIdOf, eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
/** Of another organization: where somebody has an identity that is to be connected. */
let away: ConnectedProvider
/** A second one of the organization whose first one opens the sessions. */
let alsoHome: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  away = await connectLyingProvider(product, {}, { organization: 'globex' })
  alsoHome = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const codeOf = (answer: Answer): unknown => answer.json()['code']
const demoOf = async (organization: string): Promise<string> =>
  (await product.database.organizations.findProvider(organization, 'demo'))?.id ?? ''
const followHome = async (browser: Browser, started: Answer): Promise<Answer> => {
  let answer = started
  do answer = await browser.get(answer.location())
  while (answer.location().includes('/callback/') || !answer.location().startsWith(product.origin))
  return answer
}
const prove = async (browser: Browser, attemptId: string, provider: string, subject: string) => {
  const fields = { kind: 'provider', provider, login_hint: subject }
  return followHome(browser, await browser.submit(`/attempts/${attemptId}/proofs`, fields))
}
const link = (browser: Browser, attemptId: string) =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'link' })
const subjects = async (userId: string): Promise<string[]> =>
  (
    await product.testDatabase.pool.query<{ subject: string }>(
      'select subject from identities where user_id = $1 order by subject',
      [userId],
    )
  ).rows.map(({ subject }) => subject)
/** Somebody known at both providers of acme, signed in through the first. */
const known = async (name: string) => {
  const userId = await newUser(product, name)
  await linkIdentity(product, userId, name)
  const { id: second } = await product.database.identities.create(userId, alsoHome.id, {
    issuer: alsoHome.issuer,
    subject: name,
    email: null,
    emailVerified: false,
    name,
    locale: null,
  })
  return { ...(await signIn(product, name)), second }
}

describe('what the organization says whose provider opened the session', () => {
  it('connects no identity where the account has another way in, whichever of its providers says so', async () => {
    const { browser, userId } = await known('owned')
    await product.database.passwords.set(userId, 'a hash')
    const attemptId = attemptIdOf(await away.signIn(browser, 'intruder'))
    expect(codeOf(await link(browser, attemptId))).toBe('reauthentication_required')
    for (const provider of [await demoOf('acme'), alsoHome.id]) {
      await prove(browser, attemptId, provider, 'owned')
      expect(codeOf(await link(browser, attemptId))).toBe('reauthentication_required')
    }
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()['proofs']).toHaveLength(2)
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('sign in once more')
    expect(await subjects(userId)).toEqual(['owned', 'owned'])
  })

  it('takes no password away by its second provider', async () => {
    const { browser, userId, sessionId, second } = await known('kept')
    await product.database.passwords.set(userId, 'a hash')
    expect((await browser.get('/account/reauthentication')).text).not.toContain(second)
    const fields = { return_to: '/account', login_hint: 'kept' }
    await followHome(browser, await browser.submit(`/account/reauthentication/${second}`, fields))
    expect(await product.database.userSessions.standing(sessionId)).toMatchObject({ otherProofFresh: false })
    const refused = await browser.delete('/v1/me/password')
    expect(codeOf(refused)).toBe('reauthentication_required')
    expect(refused.json()['detail']).toContain('something that is not its own')
  })

  it('is not enough in the commit either, whatever was decided', async () => {
    const { browser, userId } = await known('committed')
    await product.database.passwords.set(userId, 'a hash')
    const attemptId = attemptIdOf(await away.signIn(browser, 'intruder-too'))
    await prove(browser, attemptId, await demoOf('acme'), 'committed')
    const [proof] = await product.database.proofs.listUsable(attemptId)
    const { keyring } = product.dependencies
    const target = { userId, proofId: proof?.id ?? '' }
    await decideFor({ database: product.database, keyring }, attemptId, 'link', target)
    const { provider } = (await product.database.attempts.find(attemptId)) ?? {}
    await product.pipelines.nudge({ attemptId, organizationId: provider?.organization.id ?? '' }, 'link')
    const { outcome } = await eventually(async () => {
      const attempt = (await browser.get(`/v1/attempts/${attemptId}`)).json()
      return attempt['stage'] === 'ended' ? attempt : null
    })
    expect(outcome).toEqual({ result: 'rejected', code: 'reauthentication_required' })
    expect(await subjects(userId)).toEqual(['committed', 'committed'])
  })

  it('gives way to what another organization’s provider says, and is enough where there is no other way', async () => {
    const { browser, userId } = await known('both-ways')
    await linkIdentity(product, userId, 'both-ways-away', 'globex')
    const attemptId = attemptIdOf(await away.signIn(browser, 'both-ways-new'))
    expect(codeOf(await link(browser, attemptId))).toBe('reauthentication_required')
    await prove(browser, attemptId, await demoOf('globex'), 'both-ways-away')
    expect((await link(browser, attemptId)).json()).toMatchObject({ outcome: { how: 'linked' } })

    const only = await known('one-way')
    await product.testDatabase.pool.query(
      `update sessions set authenticated_at = app.now() - interval '15 min' where id = $1`,
      [only.sessionId],
    )
    const next = attemptIdOf(await away.signIn(only.browser, 'one-way-new'))
    expect(codeOf(await link(only.browser, next))).toBe('reauthentication_required')
    await prove(only.browser, next, alsoHome.id, 'one-way')
    expect((await link(only.browser, next)).json()).toMatchObject({ outcome: { how: 'linked' } })
  })
})
