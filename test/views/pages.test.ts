import { describe, expect, it } from '@jest/globals'
import { locales } from '../../views/locale.js'
import { messagesFor } from '../../views/messages.js'
import { renderSecondFactorPage } from '../../views/pages/second-factor.js'
import { pageSamples } from './page-samples.js'
import { supportContact } from './proof-samples.js'

describe.each(locales)('every page in %s', (locale) => {
  const samples = pageSamples(locale)

  it.each(samples)('$name is a whole document with one heading', ({ html }) => {
    expect(html).toMatch(new RegExp(`^<!doctype html><html lang="${locale}">.*</html>$`, 's'))
    expect(html).toMatch(/<title>[^<]{3,} – [^<]+<\/title>/)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html).toContain('<meta name="robots" content="noindex"/>')
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>')
  })

  it.each(samples)('$name is no dead end: it leads on, or waits by itself', ({ html }) => {
    const ways = /<nav [\s\S]*|<main[^>]*>[\s\S]*/.exec(html)?.[0] ?? ''
    expect(ways).toMatch(/<a [^>]*href="|<button |<main [^>]*data-live=/)
  })

  it.each(samples)('$name leaves no gap', ({ html }) => {
    expect(html).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/)
  })

  it.each(samples)('$name fits a policy without inline styles and scripts', ({ html }) => {
    expect(html).not.toMatch(/ style=|<style|<script>|<script [^>]*>[^<]| on\w+=|javascript:/)
  })

  it.each(samples)('$name changes things by POST only, and to ourselves', ({ html }) => {
    for (const [form] of html.matchAll(/<form [^>]*>/g)) {
      expect(form).toMatch(/method="post" action="\/[^/"][^"]*"|method="get" action="\/sso"/)
    }
  })
})

/** Words about support that ask nothing of the person. */
const asksNothing = /Support can see that|Der Support sieht das|in support|wer im Support/g

describe.each(locales)('where support can be reached, in %s', (locale) => {
  it('all words that send a person there lead there', () => {
    const linked = new Set<string>()
    for (const { name, html } of pageSamples(locale)) {
      for (const [, words = ''] of html.matchAll(
        new RegExp(`<a (?:class="inline" )?href="${supportContact}"[^>]*>(.*?)</a>`, 'g'),
      ))
        linked.add(words)
      const text = html.replace(/<a [^>]*>.*?<\/a>/g, '').replace(asksNothing, '')
      expect([name, /.{0,40}\bsupport\b.{0,40}/i.exec(text)?.[0]]).toEqual([name, undefined])
    }
    expect(linked.size).toBeGreaterThanOrEqual(4)
  })

  it('nothing changes where nobody was named', () => {
    const html = renderSecondFactorPage({ locale })
    expect(html).toContain(`<p class="after">${messagesFor(locale).outcome.lostSecondFactor}</p>`)
  })
})

it('P62 no German page shows an English sentence that has a German one', () => {
  const text = (html: string): string => html.replace(/<[^>]*>/g, ' ')
  const english = new Map(pageSamples('en').map(({ name, html }) => [name, text(html)]))
  for (const { name, html } of pageSamples('de')) {
    expect(text(html)).not.toBe(english.get(name))
    expect(text(html)).not.toMatch(/ (you|your|the|sign-in) /i)
  }
})
