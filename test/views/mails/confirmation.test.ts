import { describe, expect, it } from '@jest/globals'
import { locales } from '../../../views/locale.js'
import { renderConfirmationMail, type ConfirmationMail } from '../../../views/mails/confirmation.js'

const link = 'https://sign-in.example/confirm/c1.token'
const firstMail: ConfirmationMail = {
  locale: 'en',
  organizationName: 'Acme',
  address: 'jane@people.example',
  link,
  now: new Date('2026-11-25T14:05:00Z'),
  expiresAt: new Date('2026-11-27T14:05:00Z'),
  isNewUser: true,
  reminder: false,
}
const reminder: ConfirmationMail = {
  ...firstMail,
  now: new Date('2026-11-26T14:05:01Z'),
  isNewUser: false,
  reminder: true,
}

describe('renderConfirmationMail', () => {
  it('P62 welcomes a new user in English', () => {
    const { subject, text } = renderConfirmationMail(firstMail)
    expect(subject).toBe('Confirm your address for Acme')
    expect(text).toBe(`Welcome to Acme. Your account is ready.
Please confirm that this address is yours:

jane@people.example

https://sign-in.example/confirm/c1.token

The link works for 48 hours, until 27 November 2026, 14:05 UTC.

You did not ask for this? Then ignore this mail: nothing happens without your confirmation.

-- 
Acme
`)
  })

  it('P62 welcomes a new user in German', () => {
    const { subject, text } = renderConfirmationMail({ ...firstMail, locale: 'de' })
    expect(subject).toBe('Bestätigen Sie Ihre Adresse für Acme')
    expect(text).toBe(`Willkommen bei Acme. Ihr Konto ist bereit.
Bitte bestätigen Sie, dass diese Adresse Ihnen gehört:

jane@people.example

https://sign-in.example/confirm/c1.token

Der Link gilt noch 48 Stunden, bis 27. November 2026, 14:05 UTC.

Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail: Ohne Ihre Bestätigung geschieht nichts.

-- 
Acme
`)
  })

  it('P62 reminds in English, with the time that is really left', () => {
    const { subject, text } = renderConfirmationMail(reminder)
    expect(subject).toBe('Still open: confirm your address for Acme')
    expect(text).toBe(`You have not confirmed this address yet.
Please confirm that this address is yours:

jane@people.example

https://sign-in.example/confirm/c1.token

The link works for 24 hours, until 27 November 2026, 14:05 UTC.

You did not ask for this? Then ignore this mail: nothing happens without your confirmation.

-- 
Acme
`)
  })

  it('P62 reminds in German', () => {
    const { subject, text } = renderConfirmationMail({ ...reminder, locale: 'de' })
    expect(subject).toBe('Noch offen: Bestätigen Sie Ihre Adresse für Acme')
    expect(text).toBe(`Sie haben diese Adresse noch nicht bestätigt.
Bitte bestätigen Sie, dass diese Adresse Ihnen gehört:

jane@people.example

https://sign-in.example/confirm/c1.token

Der Link gilt noch 24 Stunden, bis 27. November 2026, 14:05 UTC.

Sie haben das nicht angefordert? Dann ignorieren Sie diese E-Mail: Ohne Ihre Bestätigung geschieht nichts.

-- 
Acme
`)
  })

  it.each(locales)('says the same in HTML, in %s', (locale) => {
    const { subject, html } = renderConfirmationMail({ ...firstMail, locale })
    expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${locale}">`))
    expect(html).toContain(`<title>${subject}</title>`)
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>')
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${link}"`, `href="${link}"`])
    expect(html).not.toMatch(/undefined|<img|<script|src=/)
  })

  it('A12 takes nothing from a name or an address but harmless text', () => {
    const { subject, text, html } = renderConfirmationMail({
      ...firstMail,
      organizationName: 'Acme\r\nBcc: all@people.example <b>{{pay}}</b> https://evil.example'.repeat(200),
      address: '"<script>{{x}}</script>\r\nBcc: y"@people.example',
    })
    expect(subject).toBe('Confirm your address for Acme Bcc all people example b pay b http')
    expect(text).not.toMatch(/evil\.example|\nBcc/)
    expect(html).not.toMatch(/evil\.example|<script|<b>/)
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${link}"`, `href="${link}"`])
  })

  it('A12 speaks of "your organization" where a name has no letters', () => {
    const { subject } = renderConfirmationMail({ ...firstMail, organizationName: '\u202e!!!' })
    expect(subject).toBe('Confirm your address for your organization')
  })
})
