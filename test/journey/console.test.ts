import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../dev/chromium.js'
import { startConsole } from '../support/console.js'
import type { TestConsole } from '../support/console.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { pageFaults } from './page-faults.js'

describe('support with a browser', () => {
  let product: Product
  let support: TestConsole
  let browser: Browser
  let page: Page
  const complaints: string[] = []
  beforeAll(async () => {
    ;[product, browser] = await Promise.all([startProduct(), launchChromium()])
    support = await startConsole(product)
    const context = await browser.newContext({ locale: 'en' })
    page = await context.newPage()
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
    })
  })
  afterAll(async () => {
    await browser.close()
    await support.stop()
    await product.stop()
  })

  const faults: string[] = []
  const look = async (name: string): Promise<void> => {
    const folder = process.env['PICTURES']
    if (folder !== undefined) {
      for (const [scheme, width] of [
        ['light', 1200],
        ['dark', 360],
      ] as const) {
        await page.emulateMedia({ colorScheme: scheme })
        await page.setViewportSize({ width, height: 800 })
        await page.screenshot({ path: `${folder}/${name}-${width}.png`, fullPage: true })
      }
    }
    faults.push(...(await pageFaults(page)))
    await page.setViewportSize({ width: 1200, height: 800 })
  }
  const arriveAt = (heading: string): Promise<void> =>
    page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()

  it('P55 finds a failed mail, sees why, retries it, and every page is usable in light and dark, wide and narrow', async () => {
    product.inbox.setFault({ mode: '400', times: 1 })
    const person = product.browser()
    const id = attemptIdOf(await signInAtProvider(person, 'nora'))
    await person.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' }, { 'idempotency-key': 'k' })
    await eventually(async () =>
      (await product.database.mail.list({ state: 'parked', limit: 1 }))[0] ? true : null,
    )
    const waiting = attemptIdOf(await signInAtProvider(product.browser(), 'somebody-slow'))

    await page.goto(`${support.origin}/`)
    await arriveAt('Support')
    await look('sign-in')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Alva, administrator of support' }).click()
    await arriveAt('Sign-ins')
    await look('list')
    await page.getByLabel('Address, sign-in or user').fill('Nora Neu')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('must be an e-mail address').first().waitFor()
    await look('list-wrong')
    await page.getByLabel('Address, sign-in or user').fill('nora@people.example')
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByRole('link', { name: id }).click()
    await arriveAt('Sign-in')
    await look('attempt')
    await page.goto(`${support.origin}/attempts/${waiting}`)
    await page.getByText('Give 60 minutes more').first().click()
    await look('attempt-waiting')
    await page.goto(`${support.origin}/mails`)
    await look('mails')
    await page.getByRole('link', { name: 'http_400' }).click()
    await page.getByRole('link', { name: 'Retry all of these' }).click()
    await arriveAt('Retry all that match')
    await page.getByText('state parked, reason http_400: 1 mail.').waitFor()
    await look('retry-all')
    await page.locator('summary').click()
    await page.getByLabel('Reason').fill('nora@people.example called')
    await page.getByRole('button', { name: 'Send 1 mail once more' }).click()
    await arriveAt('Send them once more')
    await look('retry-all-again')
    await page.getByLabel('Reason').fill('limit is raised')
    await page.getByRole('button', { name: 'Send them once more' }).click()
    await arriveAt('Retry of many')
    await page.getByText('1, of which 0 done').waitFor()
    await look('retry')
    await page.goto(`${support.origin}/mails?state=parked`)
    await page.getByRole('link', { name: 'confirmation', exact: true }).click()
    await arriveAt('Confirmation')
    await page.getByText('Send it once more').first().click()
    await look('mail')
    await page.getByLabel('Reason').first().fill('mailbox mended')
    await page.getByRole('button', { name: 'Send it once more' }).click()
    await eventually(() => product.inbox.messages().find(({ to }) => to === 'nora@people.example'))
    // The page follows by itself.
    await page.locator('h1 + .badge', { hasText: 'accepted' }).waitFor()
    await page.goto(`${support.origin}/attempts/${id}`)
    await page.getByText('The mail is sent once more (round 2).').waitFor()
    await page.getByText('staff Alva Admin').first().waitFor()
    const userId = (await product.database.attempts.find(id))?.outcomeUserId
    await page.goto(`${support.origin}/people/${userId}`)
    await arriveAt('User')
    await look('person')
    await page.goto(`${support.origin}/audit`)
    await arriveAt('Audit')
    await look('audit')
    await page.goto(`${support.origin}/attempts/00000000-0000-7000-8000-000000000000`)
    await look('not-found')
    expect(faults).toEqual([])
    expect(complaints.filter((text) => !/status of 40[04]/.test(text))).toEqual([])
  }, 180_000)

  it('shows an open sign-in move on without being reloaded, and takes nothing away that is being typed', async () => {
    const person = product.browser()
    const id = attemptIdOf(await signInAtProvider(person, 'moving'))
    await page.goto(`${support.origin}/attempts/${id}`)
    await arriveAt('Sign-in')
    await page.getByText('Give 60 minutes more').first().click()
    await page.locator('#extend-reason').fill('half a senten')
    await person.postJson(`/v1/attempts/${id}/decision`, { decision: 'cancel' }, { 'idempotency-key': 'k' })
    await eventually(async () => (await product.database.attempts.find(id))?.outcome)
    await page.waitForTimeout(2_500)
    expect(await page.locator('#extend-reason').inputValue()).toBe('half a senten')
    await page.getByText('Give 60 minutes more').first().click()
    await page.getByText('The sign-in ended: cancelled.').waitFor()
  })
})
