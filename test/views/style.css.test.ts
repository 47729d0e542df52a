import { describe, expect, it } from '@jest/globals'
import { styleSheet, styleSheetPath } from '../../views/style.css.js'

type Scheme = 'light' | 'dark'

const textOnGround = [
  ['ink', 'ground'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['soft', 'ground'],
  ['soft', 'surface'],
  ['soft', 'sunken'],
  ['accent', 'surface'],
  ['accent', 'sunken'],
  ['accent-deep', 'tint'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-deep'],
  ['bad', 'surface'],
  ['bad', 'sunken'],
  ['bad', 'bad-tint'],
  ['warn', 'warn-tint'],
] as const

const edgeOnGround = [
  ['edge', 'surface'],
  ['accent', 'ground'],
  ['bad', 'ground'],
] as const

describe('styleSheet', () => {
  it('is under 15 KiB', () => {
    expect(Buffer.byteLength(styleSheet)).toBeLessThan(15 * 1024)
  })

  it('is named after its content', () => {
    expect(styleSheetPath).toMatch(/^\/assets\/style\.css\?v=[0-9a-z]{4,7}$/)
  })

  it('fetches nothing', () => {
    expect(styleSheet).not.toMatch(/url\(|@import/)
  })

  describe.each<Scheme>(['light', 'dark'])('in the %s scheme', (scheme) => {
    it.each(textOnGround)('%s can be read on %s', (text, ground) => {
      expect(contrast(scheme, text, ground)).toBeGreaterThanOrEqual(4.5)
    })

    it.each(edgeOnGround)('%s can be seen on %s', (edge, ground) => {
      expect(contrast(scheme, edge, ground)).toBeGreaterThanOrEqual(3)
    })
  })
})

/** WCAG 2.2, "contrast ratio". */
function contrast(scheme: Scheme, one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(scheme, one), luminance(scheme, other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(scheme: Scheme, token: string): number {
  const values = new RegExp(`--${token}: light-dark\\(#(\\w{6}), #(\\w{6})\\)`).exec(styleSheet)
  const hex = values?.[scheme === 'light' ? 1 : 2] ?? ''
  const [red = NaN, green = NaN, blue = NaN] = [0, 2, 4].map((start) => {
    const channel = parseInt(hex.slice(start, start + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
