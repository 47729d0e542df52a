import { domainToASCII, domainToUnicode } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { parseEmailAddress } from '../../domain/email-address.js'
import type { EmailAddress } from '../../domain/email-address.js'
import { emailPairs, notOneAddress } from './email-corpus.js'
import type { Verdict } from './email-corpus.js'

const parse = (text: string): EmailAddress | null => parseEmailAddress(text, domainToASCII)
const lower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

/** The mailbox that a text names, by rules of our own: ASCII case and the form of the domain do not matter, all else does. */
const mailbox = (text: string): string => {
  const at = text.lastIndexOf('@')
  const labels = lower(text.slice(at + 1)).split('.')
  const domain = labels.map((one) => (one.startsWith('xn--') ? domainToUnicode(one) : one)).join('.')
  return `${lower(text.slice(0, at))}@${domain}`
}

const local = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
)
const label = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]{1,10}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }),
  fc.constantFrom(
    'exämple',
    'xn--exmple-cua',
    'straße',
    'strasse',
    '中文',
    'ас\u00adme',
    'ac\u200bme',
    'mıke',
    'ᾳ',
    'a/b',
    'a\nb',
    'Ａ',
  ),
)
const text = fc
  .tuple(local, fc.array(label, { minLength: 1, maxLength: 3 }), fc.constantFrom('example', 'EXAMPLE', 'рф'))
  .map(([name, labels, top]) => `${name}@${[...labels, top].join('.')}`)
const anyText = fc.oneof(text, fc.emailAddress(), fc.string({ unit: 'binary' }))
const many = { numRuns: 3_000 }

describe('two texts', () => {
  const outcome = (one: string, other: string): Verdict => {
    const [left, right] = [parse(one), parse(other)]
    if (left === null) throw new Error(`${one} is the plain one of the pair and must be accepted`)
    if (right === null) return 'refused'
    return left.canonical === right.canonical ? 'same' : 'apart'
  }

  it.each(emailPairs)('T19 T20 that differ by %s: %j and %j are %s', (_why, one, other, verdict) => {
    expect(outcome(one, other)).toBe(verdict)
  })
})

describe('what is no address', () => {
  it.each(notOneAddress)('P61 is refused, never repaired: %s %j', (_why, value) => {
    expect(parse(value)).toBeNull()
  })
})

describe('what is an address', () => {
  it.each([
    ['nora@acme.example', 'nora@acme.example', 'acme.example'],
    ['Nora.N+x@Acme.Example', 'nora.n+x@acme.example', 'acme.example'],
    ["!#$%&'*+/=?^_`{|}~-@acme.example", "!#$%&'*+/=?^_`{|}~-@acme.example", 'acme.example'],
    ['Jörg@Exämple.example', 'jörg@xn--exmple-cua.example', 'xn--exmple-cua.example'],
    ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah', 'xn--r8jz45g.xn--zckzah'],
    [`${'a'.repeat(64)}@acme.example`, `${'a'.repeat(64)}@acme.example`, 'acme.example'],
    [`nora@${'a'.repeat(63)}.example`, `nora@${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['nora@a--b.example', 'nora@a--b.example', 'a--b.example'],
    ['nora@1acme.example', 'nora@1acme.example', '1acme.example'],
  ])('%j goes to itself and compares as %j', (address, canonical, domain) => {
    expect(parse(address)).toEqual({ address, canonical, domain })
  })

  it('has a canonical form that is its own canonical form', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const canonical = parse(value)?.canonical
        fc.pre(canonical !== undefined)
        expect(parse(canonical)?.canonical).toBe(canonical)
      }),
      many,
    )
  })

  it('gets its mail at the text as it was given, which holds no white space, control character, quote, comma or bracket', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const parsed = parse(value)
        if (parsed === null) return
        expect(parsed.address).toBe(value)
        expect(parsed.address).not.toMatch(/[\p{C}\p{Z}"(),:;<>[\\\]]/u)
        expect(parsed.address.split('@')).toHaveLength(2)
      }),
      many,
    )
  })

  it('folds nothing but ASCII case and the form of the domain', () => {
    fc.assert(
      fc.property(anyText, (value) => {
        const parsed = parse(value)
        if (parsed === null) return
        expect(mailbox(parsed.canonical)).toBe(mailbox(value))
        expect(parsed.canonical.endsWith(`@${parsed.domain}`)).toBe(true)
        expect(parsed.domain).toMatch(/^[a-z0-9.-]+$/)
      }),
      many,
    )
  })

  it('is the same whatever the case of its ASCII letters', () => {
    fc.assert(
      fc.property(text, fc.infiniteStream(fc.boolean()), (value, coins) => {
        const mixed = value.replace(/[A-Za-z]/g, (letter) =>
          coins.next().value === true ? letter.toUpperCase() : letter.toLowerCase(),
        )
        expect(parse(mixed)?.canonical).toBe(parse(value)?.canonical)
      }),
      many,
    )
  })

  it.each(['H\u0331', 'h\u0331', 'i\u0307', 'I\u0307'])(
    'T19 is none where normalisation changes %j in either case',
    (local) => {
      expect(parse(`${local}@x.example`)).toBeNull()
    },
  )

  it('T19 never meets another mailbox', () => {
    const relative = fc
      .tuple(text, fc.nat(), fc.string({ unit: 'grapheme', maxLength: 1 }))
      .map(([value, at, inserted]) => {
        const place = at % value.length
        return [
          value,
          value.slice(0, place) + inserted + value.slice(place + (inserted === '' ? 1 : 0)),
        ] as const
      })
    fc.assert(
      fc.property(relative, ([one, other]) => {
        const canonical = parse(one)?.canonical
        if (canonical === undefined || canonical !== parse(other)?.canonical) return
        expect(mailbox(other)).toBe(mailbox(one))
      }),
      many,
    )
  })

  it('T19 has a domain in which UTS-46 changes no character, of all that there are', () => {
    const changed: string[] = []
    for (let point = 0; point <= 0x2ffff; point++) {
      const domain = `a${String.fromCodePoint(point)}b.example`
      const parsed = parse(`nora@${domain}`)
      if (parsed !== null && domainToUnicode(parsed.domain) !== lower(domain))
        changed.push(point.toString(16))
    }
    expect(changed).toEqual([])
  })
})
