import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { checkedReturnPath, registeredReturnUrl } from '../../domain/return-path.js'

const origin = 'https://sign-in.example'
const fallback = '/fallback'
const check = (text: string | undefined): string => checkedReturnPath(text, origin, fallback)

/** Pieces that parsers disagree about, put together in any order. */
const piece = fc.constantFrom(
  ...[
    '/',
    '//',
    '\\',
    '.',
    '..',
    '@',
    ':',
    '?',
    '#',
    '%',
    '%2f',
    '%2F',
    '%5c',
    '%5C',
    '%2e',
    '%2E',
    '%00',
    '%0a',
    '%09',
    '%40',
  ],
  ...[
    '\t',
    '\n',
    '\r',
    '\u0000',
    ' ',
    '\u00a0',
    '\u2028',
    '\u3000',
    '\ufeff',
    '\u202e',
    '／',
    '＼',
    '。',
    '\ud800',
    'evil.example',
  ],
  ...[
    'https:',
    'javascript:',
    'data:',
    'sign-in.example',
    'account',
    'a',
    'é',
    '[',
    ']',
    '::1',
    '127.0.0.1',
    '80',
    ';',
    '&',
    '=',
  ],
)
const tricky = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.array(piece, { maxLength: 12 }).map((pieces) => `/${pieces.join('')}`),
  fc.webPath(),
  fc.webUrl(),
  fc.string({ unit: 'binary' }).map((text) => `/${text}`),
)

describe('checkedReturnPath', () => {
  it('always starts with one slash and stays at the own origin', () => {
    fc.assert(
      fc.property(tricky, (text) => {
        const path = check(text)
        expect(path).toMatch(/^\/(?![/\\])/)
        expect(new URL(path, origin).origin).toBe(origin)
        expect(new URL(path, `${origin}/deep/er/page?x=/`).origin).toBe(origin)
        // What goes into a `Location` header and into the database.
        expect(path).toMatch(/^[\x21-\x7e]+$/)
      }),
      { numRuns: 5_000 },
    )
  })

  it('leaves a result as it is when it is checked again', () => {
    fc.assert(
      fc.property(tricky, (text) => expect(check(check(text))).toBe(check(text))),
      { numRuns: 2_000 },
    )
  })

  it.each([
    ['/', '/'],
    ['/account', '/account'],
    ['/account?tab=mail&x=%20#top', '/account?tab=mail&x=%20#top'],
    ['/a/../account', '/account'],
    ['/über', '/%C3%BCber'],
    ['/search?url=https://elsewhere.example/', '/search?url=https://elsewhere.example/'],
    ['/a:b@c', '/a:b@c'],
  ])('keeps %j as %j', (text, path) => {
    expect(check(text)).toBe(path)
  })

  it.each([
    [undefined],
    [''],
    ['account'],
    ['https://sign-in.example/account'],
    ['//sign-in.example/account'],
    ['/.//evil.example'],
    ['/a/..//evil.example'],
    ['/%2e//evil.example'],
    ['/%2f%2fevil.example'],
    ['/\\evil.example'],
    ['/a\\b'],
    ['/%5cevil.example'],
    ['/a/%5C/b'],
    ['/%0d%0aset-cookie:%20x=y'],
    ['/%2Fevil.example'],
    ['/\tevil'],
    ['/a\u2028b'],
    [`/${'a'.repeat(2000)}`],
  ])('answers %j with the fallback', (text) => {
    expect(check(text)).toBe(fallback)
  })

  it('takes 2,000 characters and no more', () => {
    const longest = `/${'a'.repeat(1999)}`
    expect(check(longest)).toBe(longest)
  })
})

describe('registeredReturnUrl', () => {
  const shop = 'https://shop.example'
  const registered = [{ origin: shop, returnPaths: ['/signed-in', '/a/b'] }]

  it.each([
    [`${shop}/signed-in`, `${shop}/signed-in`],
    [`${shop}/a/b?x=1&y=%20#top`, `${shop}/a/b?x=1&y=%20#top`],
    [`${shop}/signed-in?name=\u00fc`, `${shop}/signed-in?name=%C3%BC`],
  ])('keeps %j', (text, url) => {
    expect(registeredReturnUrl(text, registered)).toBe(url)
    expect(registeredReturnUrl(text, [])).toBeNull()
  })

  it.each([
    '',
    '/signed-in',
    shop,
    `${shop}/`,
    `${shop}/other`,
    `${shop}/signed-in/`,
    `${shop}/signed-in/deeper`,
    `${shop}/signed-in2`,
    `${shop}/signed-in;x`,
    `${shop}/signed-in%3fx`,
    `${shop}/signed-in/../other`,
    `${shop}/./signed-in`,
    `${shop}//signed-in`,
    `${shop}/%73igned-in`,
    `${shop}/SIGNED-IN`,
    `${shop}\\signed-in`,
    `${shop}/signed-in\\@evil.example`,
    `${shop}/signed-in?x=\\`,
    `${shop}/signed-in?\n`,
    `${shop}/signed-in%0d%0aset-cookie:x=y`,
    `${shop}:443/signed-in`,
    `${shop}:8443/signed-in`,
    `${shop}.evil.example/signed-in`,
    `${shop}@evil.example/signed-in`,
    'https://user@shop.example/signed-in',
    'https://user:pass@shop.example/signed-in',
    'http://shop.example/signed-in',
    'HTTPS://shop.example/signed-in',
    'https://SHOP.example/signed-in',
    'https://shop.example./signed-in',
    'https:/shop.example/signed-in',
    '//shop.example/signed-in',
    ` ${shop}/signed-in`,
    `https://evil.example/${shop}/signed-in`,
    `javascript:${shop}/signed-in`,
    `${shop}/signed-in?${'a'.repeat(2000)}`,
  ])('refuses %j', (text) => {
    expect(registeredReturnUrl(text, registered)).toBeNull()
  })

  it('leads to a registered place or nowhere, whatever is added or put in between', () => {
    fc.assert(
      fc.property(tricky, tricky, (before, after) => {
        for (const text of [
          `${shop}/signed-in${before}`,
          `${before}${shop}/signed-in`,
          `${shop}${before}/signed-in${after}`,
        ]) {
          const url = registeredReturnUrl(text, registered)
          if (url === null) continue
          const { origin: found, pathname, username } = new URL(url)
          expect([found, pathname, username]).toEqual([shop, '/signed-in', ''])
          expect(url).toMatch(/^[\x21-\x7e]+$/)
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
