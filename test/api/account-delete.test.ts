import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { newUser, passwordSession } from '../support/account.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { standsBeforeQuestion } from '../support/unknown-people.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

it('a deleted account takes with it what sign-ins know of the person, also those that came to nothing', async () => {
  const { id } = await standsBeforeQuestion(product, 'leaver', 'globex')
  await product.database.attempts.end(id, { result: 'cancelled' })
  const { browser } = await passwordSession(product, await newUser(product, 'leaver'))
  const known = () =>
    product.testDatabase.pool.query(
      `select claims is null and address_index is null and client_network is null as nothing from attempts where id = $1
       union all select bool_and(client_network is null) from audit_events where attempt_id = $1`,
      [id],
    )
  expect((await known()).rows).toEqual([{ nothing: false }, { nothing: false }])
  expect((await browser.delete('/v1/me')).status).toBe(204)
  expect((await known()).rows).toEqual([{ nothing: true }, { nothing: true }])
})
