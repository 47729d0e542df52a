import { domainToASCII } from 'node:url'
import { expect, it } from '@jest/globals'
import { canonicalDomain, domainRecord } from '../../domain/domain-name.js'

it.each([
  ['example.com', 'example.com'],
  [' Example.COM. ', 'example.com'],
  ['a.b-c.example', 'a.b-c.example'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['BÜCHER.example', 'xn--bcher-kva.example'],
  ['1.example', '1.example'],
  [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
])('%j is the domain %s', (text, domain) => {
  expect(canonicalDomain(text, domainToASCII)).toBe(domain)
})

it.each([
  '',
  '.',
  'example',
  'localhost',
  '192.0.2.1',
  '[2001:db8::1]',
  'a..example',
  '-a.example',
  'a-.example',
  'a_b.example',
  'a b.example',
  'https://a.example',
  'me@a.example',
  '*.example',
  `${'a'.repeat(64)}.example`,
  Array<string>(130).fill('a').join('.'),
])('%j is none', (text) => {
  expect(canonicalDomain(text, domainToASCII)).toBeNull()
})

it('its proof lies under it, so that only who runs the domain can publish it', () => {
  expect(domainRecord('corp.example', 'abc')).toEqual({
    host: '_auth-pipeline.corp.example',
    value: 'auth-pipeline-domain=abc',
  })
})
