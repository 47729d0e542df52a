import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** All rules once; the same page in other colours and another width can break these alone. */
const lookRules = ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size']
const looks = [
  { colorScheme: 'light', width: 1024, judge: (axe: AxeBuilder) => axe.withTags(rules) },
  { colorScheme: 'dark', width: 360, judge: (axe: AxeBuilder) => axe.withRules(lookRules) },
] as const

/**
 * What is wrong with a page as it stands: breaches of WCAG 2.2 AA that axe finds, in light and in dark, and a page that is
 * wider than a screen of 360 px. One line each; empty where all is well.
 */
export async function pageFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  // The heading that a test waits for may stand there before the style does.
  await page.waitForLoadState()
  for (const { colorScheme, width, judge } of looks) {
    // A colour on its way to another is no colour of ours.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    // A mail in its frame may run nothing, not even axe, which would wait for it for ever.
    const axe = new AxeBuilder({ page }).exclude('iframe').setLegacyMode(true)
    const { violations } = await judge(axe).analyze()
    for (const { id, nodes } of violations)
      faults.push(`${page.url()} ${colorScheme}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`)
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    if (wide !== 0) faults.push(`${page.url()}: ${String(wide)} px wider than ${width} px`)
  }
  return faults
}
