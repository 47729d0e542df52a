import type { Browser } from './browser.js'
import { attemptIdOf, eventually, signInAtProvider } from './product.js'
import type { Product } from './product.js'

interface UnknownPerson {
  readonly browser: Browser
  /** Of the attempt. */
  readonly id: string
}

/** Somebody new who stands before the question. */
export const standsBeforeQuestion = async (
  product: Pick<Product, 'browser'>,
  name: string,
  organization = 'acme',
): Promise<UnknownPerson> => {
  const browser = product.browser()
  return { id: attemptIdOf(await signInAtProvider(browser, name, organization)), browser }
}

/** Somebody new with an account, whose confirmation mail is `parked` because the provider refuses it. */
export const hasParkedMail = async (
  product: Pick<Product, 'browser' | 'inbox' | 'testDatabase'>,
  name: string,
): Promise<UnknownPerson & { readonly mailId: string }> => {
  product.inbox.setFault({ mode: '400', times: 1 })
  const { id, browser } = await standsBeforeQuestion(product, name)
  await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
  const mailId = await eventually(async () => {
    const { rows } = await product.testDatabase.pool.query<{ id: string }>(
      `select id from mail_messages where attempt_id = $1 and state = 'parked'`,
      [id],
    )
    return rows[0]?.id
  })
  return { id, browser, mailId }
}
