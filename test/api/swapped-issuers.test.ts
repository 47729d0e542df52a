import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let one: ConnectedProvider
let other: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  one = await connectLyingProvider(product)
  other = await connectLyingProvider(product)
  // Somebody has an account at each, under the same subject.
  for (const provider of [one, other]) {
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'victim'))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
  }
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

const inAnswer = (iss: string): Lie => ({ answer: (honest) => ({ ...honest, iss }) })
const inToken = (iss: string): Lie => ({ claims: (honest) => ({ ...honest, iss }) })

describe('A5 T40 two providers that pose as each other', () => {
  it.each<[string, boolean, (iss: string) => Lie]>([
    ['beside the code', false, inAnswer],
    ['in the token', true, inToken],
    ['in both', false, (iss) => ({ ...inAnswer(iss), ...inToken(iss) })],
    [
      'in the token, and none is promised beside the code',
      true,
      (iss) => ({
        ...inToken(iss),
        answer: ({ code = '', state = '' }) => ({ code, state }),
        metadata: (honest) => ({ ...honest, authorization_response_iss_parameter_supported: false }),
      }),
    ],
  ])('are both refused, and nobody is signed in: issuers swapped %s', async (_where, redeemsCode, lieAs) => {
    // Metadata are remembered by provider; these are asked anew.
    const [left, right] = [await connectLyingProvider(product), await connectLyingProvider(product)]
    left.lie(lieAs(right.issuer))
    right.lie(lieAs(left.issuer))
    for (const liar of [left, right]) {
      const browser = product.browser()
      const refused = await browser.get(await liar.callbackFor(browser, 'victim'), {
        accept: 'application/json',
      })
      expect([refused.status, refused.json()]).toMatchObject([400, { code: 'invalid_identity' }])
      expect(liar.tokenRequests).toHaveLength(redeemsCode ? 1 : 0)
      expect((await browser.get('/v1/session')).status).toBe(401)
    }
  })

  it('are refused with the token of an account that the other one has', async () => {
    one.lie(inToken(other.issuer))
    other.lie(inToken(one.issuer))
    for (const liar of [one, other]) {
      const browser = product.browser()
      expect((await liar.signIn(browser, 'victim')).status).toBe(400)
      expect((await browser.get('/v1/session')).status).toBe(401)
    }
    const { rows } = await product.testDatabase.pool.query(
      `select count(*)::int as identities, count(distinct user_id)::int as users from identities where subject = 'victim'`,
    )
    expect(rows).toEqual([{ identities: 2, users: 2 }])
  })
})
