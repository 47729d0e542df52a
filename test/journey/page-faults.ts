import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const looks = [
  { colorScheme: 'light', width: 1024 },
  { colorScheme: 'dark', width: 360 },
] as const

/**
 * What is wrong with a page as it stands: breaches of WCAG 2.2 AA that axe finds, in light and in dark, and a page that is
 * wider than a screen of 360 px. One line each; empty where all is well.
 */
export async function pageFaults(page: Page): Promise<string[]> {
  const faults: string[] = []
  // The heading that a test waits for may stand there before the style does.
  await page.waitForLoadState()
  for (const { colorScheme, width } of looks) {
    // A colour on its way to another is no colour of ours.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: 800 })
    // A mail in its frame may run nothing, not even axe, which would wait for it for ever.
    const { violations } = await new AxeBuilder({ page })
      .withTags(rules)
      .exclude('iframe')
      .setLegacyMode(true)
      .analyze()
    for (const { id, nodes } of violations)
      faults.push(`${page.url()} ${colorScheme}: ${id} at ${nodes.map(({ html }) => html).join(' ')}`)
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    if (wide !== 0) faults.push(`${page.url()}: ${String(wide)} px wider than ${width} px`)
  }
  return faults
}
