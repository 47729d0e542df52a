import { describe, expect, it } from '@jest/globals'
import { locales } from '../../views/locale.js'
import { pageSamples } from './page-samples.js'

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
    const main = /<main[^>]*>[\s\S]*<\/main>/.exec(html)?.[0] ?? ''
    expect(main).toMatch(/<a [^>]*href="|<button |<main [^>]*data-live=/)
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

it('P62 no German page shows an English sentence that has a German one', () => {
  const text = (html: string): string => html.replace(/<[^>]*>/g, ' ')
  const english = new Map(pageSamples('en').map(({ name, html }) => [name, text(html)]))
  for (const { name, html } of pageSamples('de')) {
    expect(text(html)).not.toBe(english.get(name))
    expect(text(html)).not.toMatch(/ (you|your|the|sign-in) /i)
  }
})
