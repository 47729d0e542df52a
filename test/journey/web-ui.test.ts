import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../../dev/chromium.js'
import type { StackFile } from '../../dev/stack-file.js'
import { createOwnStack } from '../dev/own-stack.js'
import { createBrowser } from '../support/browser.js'
import { attemptIdOf, signInAtProvider } from '../support/product.js'

const own = createOwnStack()
let stack: StackFile
let chromium: Browser
beforeAll(async () => {
  ;[stack, chromium] = await Promise.all([own.start().stack(), launchChromium()])
})
afterAll(async () => {
  await chromium.close()
  await own.remove()
})

it('T63 T64 Temporal’s own Web UI shows a payload to an administrator who said why, and to nobody else', async () => {
  const attemptId = attemptIdOf(await signInAtProvider(createBrowser(stack.api), 'somebody-new'))
  const context = await chromium.newContext({ locale: 'en', viewport: { width: 1400, height: 1200 } })
  const page = await context.newPage()
  await page.goto(`${stack.support}/sign-in?login_hint=alva`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Sign-ins' }).waitFor()
  await page.goto(`${stack.support}/audit`)
  await page.locator('summary').first().click()
  await page.locator('#decode-reason, [name=reason]').first().fill('ticket 12')
  await page.getByRole('button', { name: 'Read payloads' }).click()
  await page.getByRole('heading', { name: 'Audit' }).waitFor()

  // The way that staff take: from the sign-in to its run.
  await page.goto(`${stack.support}/attempts/${attemptId}`)
  const link = await page
    .locator(`a[href^="${stack.temporal_ui ?? 'http'}"]`)
    .first()
    .getAttribute('href')
  const shown = page.getByText(`"attemptId": "${attemptId}"`)
  await page.goto(link ?? '')
  await page
    .getByRole('button', { name: /^Codec Server/ })
    .first()
    .click()
  expect(await shown.count()).toBe(0)

  // The codec endpoint is set already; that the session's cookie goes with it is each browser's own choice.
  const dialog = page.getByRole('dialog').filter({ hasText: 'Codec Server' })
  await dialog.getByText('Use my browser setting').click()
  await dialog.getByRole('textbox').fill(`${stack.support}/codec`)
  await dialog.getByText('Include cross-origin credentials').click()
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await page.reload()
  await shown.waitFor()

  const settings = await context.storageState()
  const stranger = await chromium.newContext({ storageState: { ...settings, cookies: [] } })
  const elsewhere = await stranger.newPage()
  const refused = elsewhere.waitForResponse((response) => response.url().includes('/codec/decode'))
  await elsewhere.goto(link ?? '')
  expect((await refused).status()).toBe(401)
  expect(await elsewhere.getByText(`"attemptId": "${attemptId}"`).count()).toBe(0)

  await page.goto(`${stack.support}/attempts/${attemptId}`)
  await page.getByText('Staff had payloads of the run decoded.').first().waitFor()
})
