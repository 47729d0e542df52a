import { describe, expect, it } from '@jest/globals'
import { mailSamples } from '../../../dev/demo/mail-samples.js'
import { mailRules } from '../../../domain/mail.js'
import { locales } from '../../../views/locale.js'
import { renderEmailProofMail } from '../../../views/mails/email-proof.js'
import { noticeKinds, renderNotice } from '../../../views/mails/notice.js'

const cases = mailSamples.flatMap((sample) => locales.map((locale) => [sample.name, locale, sample] as const))

describe('every mail', () => {
  it('has a sample, of each kind that there is', () => {
    expect([...new Set(mailSamples.map(({ kind }) => kind))].toSorted()).toEqual(
      Object.keys(mailRules).toSorted(),
    )
  })

  it.each(cases)('P62 %s in %s reads as agreed', (_name, locale, sample) => {
    const { subject, text } = sample.render(locale)
    expect(`Subject: ${subject}\n\n${text}`).toMatchSnapshot()
  })

  it.each(cases)(
    '%s in %s says in HTML what it says in text, and fetches nothing',
    (_name, locale, sample) => {
      const { subject, text, html } = sample.render(locale)
      expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${locale}">`))
      expect(html).toContain(`<title>${subject}</title>`)
      expect(html).not.toMatch(/undefined|null|<img|<script|src=/)
      const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '')
      expect(links.length).toBeGreaterThan(0)
      for (const link of links) {
        expect(link).toMatch(/^https:\/\/sign-in\.example\//)
        expect(text).toContain(link)
      }
      expect(subject).not.toMatch(/[\r\n]/)
    },
  )

  it('differs between the languages', () => {
    for (const sample of mailSamples) {
      const [en, de] = locales.map((locale) => sample.render(locale))
      expect([en?.subject, en?.text]).not.toEqual([de?.subject, de?.text])
    }
  })
})

describe.each(locales)('where support can be reached, in %s', (locale) => {
  const closing = (kind: (typeof noticeKinds)[number], supportContact: string | null) =>
    renderNotice({
      kind,
      locale,
      organizationName: 'Acme',
      providerName: 'Demo',
      identity: null,
      facts: {},
      signInLink: 'https://sign-in.example/sso/acme',
      accountLink: 'https://sign-in.example/account',
      supportContact,
    })

  it.each([
    ['mailto:help@acme.example?subject=Sign-in', 'help@acme.example'],
    ['https://help.acme.example/sign-in', 'https://help.acme.example/sign-in'],
  ])('a notice that sends a person there leads to %s', (contact, shown) => {
    for (const kind of noticeKinds) {
      const [plain, led] = [closing(kind, null), closing(kind, contact)]
      const asks = / Support\b/i.test(plain.text)
      expect(plain.html).not.toContain(contact)
      expect([kind, led.html.includes(`href="${contact}"`), led.text.includes(` (${shown})`)]).toEqual([
        kind,
        asks,
        asks,
      ])
    }
  })
})

describe('A12 what somebody else chose', () => {
  const evil = 'Acme\r\nBcc: all@people.example <b>{{pay}}</b> https://evil.example'.repeat(200)

  it.each(noticeKinds)('is no more than harmless text in a %s', (kind) => {
    const { subject, text, html } = renderNotice({
      kind,
      locale: 'en',
      organizationName: evil,
      providerName: evil,
      identity: null,
      facts: {},
      signInLink: 'https://sign-in.example/sso/acme',
      accountLink: 'https://sign-in.example/account',
      supportContact: null,
    })
    expect(`${subject}${text}${html}`).not.toMatch(/evil\.example|\nBcc|<b>|\{\{/)
    expect(subject.length).toBeLessThan(120)
  })

  it('is no more in a mail with a code', () => {
    const { subject, text, html } = renderEmailProofMail({
      locale: 'en',
      organizationName: evil,
      providerName: evil,
      identity: '•••wxyz',
      code: '123456',
      link: 'https://sign-in.example/prove/t',
      notMeLink: 'https://sign-in.example/not-me/t',
      now: new Date(0),
      expiresAt: new Date(600_000),
    })
    expect(`${subject}${text}${html}`).not.toMatch(/evil\.example|\nBcc|<b>|\{\{/)
  })
})
