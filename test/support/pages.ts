import type { Answer } from './browser.js'

/** Where a page lets the person go on: its links that look like buttons, and the actions of its forms. */
export const nextSteps = ({ text }: Answer): string[] => {
  const [, main = ''] = /<main[^>]*>([\s\S]*)<\/main>/.exec(text) ?? []
  const links = [...main.matchAll(/<a class="button[^"]*" href="([^"]*)"/g)]
  const forms = [...main.matchAll(/<form[^>]* action="([^"]*)"/g)]
  return [...links, ...forms].map(([, address = '']) => address.replaceAll('&amp;', '&'))
}

/** The page's headline. */
export const headline = ({ text }: Answer): string =>
  /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(text)?.[1]?.replace(/<[^>]+>/g, '') ?? ''

/** A page without what differs in every answer. */
export const withoutReference = ({ text }: Answer): string => text.replace(/<code>[0-9a-f-]{36}<\/code>/g, '')
