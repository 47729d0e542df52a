import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { newUser, passwordSession } from '../support/account.js'
import type { Answer, Browser } from '../support/browser.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let provider: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  provider = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})
/** How long ago, in minutes, the provider says that the person signed in there. */
const signedInAgo = (minutes: number): void =>
  provider.lie({
    claims: (honest) => ({ ...honest, auth_time: Date.now() / 1000 - minutes * 60 + 0.25 }),
  })
beforeEach(() => signedInAgo(180))

const good = 'four words that nobody knows'
const codeOf = (answer: Answer): unknown => answer.json()['code']
const nameOf = (): string => provider.startPath.split('/').at(-1) ?? ''
const prove = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/proofs`, body)
const decide = (browser: Browser, attemptId: string, decision: string): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision })
const attemptOf = async (browser: Browser, attemptId: string): Promise<Record<string, unknown>> =>
  (await browser.get(`/v1/attempts/${attemptId}`)).json()
/** Signs in at the attempt's own provider once more. @returns where that leads */
const signInAgain = async (browser: Browser, attemptId: string, subject: string): Promise<Answer> => {
  const started = await browser.submit(`/attempts/${attemptId}/proofs`, {
    kind: 'provider',
    provider: nameOf(),
    login_hint: subject,
  })
  expect(started.location()).toMatch(/prompt=login.*max_age=|max_age=.*prompt=login/)
  return browser.get((await browser.get(started.location())).location())
}

describe('a sign-in at the provider that is hours old', () => {
  it('T49 is linked only once it was made anew there, and the attempt goes on', async () => {
    const userId = await newUser(product, 'ada')
    const { browser } = await passwordSession(product, userId)
    const attemptId = attemptIdOf(await provider.signIn(browser, 'ada-work'))
    expect(await attemptOf(browser, attemptId)).toMatchObject({
      offers: ['link', 'merge', 'create', 'cancel'],
      sign_in_again_required: true,
    })
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('You signed in at')
    const refused = await decide(browser, attemptId, 'link')
    expect([refused.status, codeOf(refused)]).toEqual([403, 'reauthentication_required'])

    signedInAgo(0)
    const back = await signInAgain(browser, attemptId, 'ada-work')
    expect(back.location()).toBe(`${product.origin}/attempts/${attemptId}`)
    expect(await attemptOf(browser, attemptId)).toMatchObject({ sign_in_again_required: false })
    expect((await browser.get(`/attempts/${attemptId}`)).text).not.toContain('You signed in at')
    expect((await decide(browser, attemptId, 'link')).json()).toMatchObject({
      outcome: { how: 'linked', user_id: userId },
    })
  })

  it('T49 is merged only once it was made anew there, whatever the account was proved by', async () => {
    const userId = await newUser(product, 'bo')
    const owner = await passwordSession(product, userId)
    await owner.browser.sendJson('PUT', '/v1/me/password', { password: good })
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'bo-work'))
    await prove(browser, attemptId, { kind: 'password', email: 'bo@people.example', password: good })
    expect(codeOf(await decide(browser, attemptId, 'merge'))).toBe('reauthentication_required')
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('You signed in at')
    signedInAgo(0)
    await signInAgain(browser, attemptId, 'bo-work')
    expect((await decide(browser, attemptId, 'merge')).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
  })

  it('T49 stays so where the new sign-in is another person’s, or no newer', async () => {
    const { browser } = await passwordSession(product, await newUser(product, 'cleo'))
    const attemptId = attemptIdOf(await provider.signIn(browser, 'cleo-work'))
    expect((await signInAgain(browser, attemptId, 'cleo-work')).status).toBe(403)
    signedInAgo(0)
    expect((await signInAgain(browser, attemptId, 'somebody-else')).status).toBe(422)
    expect(codeOf(await decide(browser, attemptId, 'link'))).toBe('reauthentication_required')
    expect(await attemptOf(browser, attemptId)).toMatchObject({ sign_in_again_required: true })
  })

  it('makes a new account, and signs its owner in, as any other does', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'dora'))
    expect((await decide(browser, attemptId, 'create')).json()).toMatchObject({ outcome: { how: 'created' } })
    expect((await provider.signIn(product.browser(), 'dora')).location()).toBe(`${product.origin}/account`)
  })
})

it('T49 every provider is asked to tell how old its sign-in is, and one that does not is believed', async () => {
  const { browser } = await passwordSession(product, await newUser(product, 'ella'))
  const started = await browser.submit(provider.startPath, { login_hint: 'ella-work' })
  expect(started.location()).toMatch(/[?&]max_age=\d+/)
  expect(started.location()).not.toContain('prompt=')
  provider.lie({})
  const attemptId = attemptIdOf(await provider.signIn(browser, 'ella-work'))
  expect((await decide(browser, attemptId, 'link')).json()).toMatchObject({ outcome: { how: 'linked' } })
})
