import type { Limit } from './limits.js'

/** Where the proof of a domain is published, and what it says. */
export const domainRecord = (
  name: string,
  token: string,
): { readonly host: string; readonly value: string } => ({
  host: `_auth-pipeline.${name}`,
  value: `auth-pipeline-domain=${token}`,
})

const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/**
 * The canonical form of a domain: ASCII, lower case, two labels at least. Null where it is none.
 * @param toAscii the host's UTS-46 conversion; empty where it has none
 */
export const canonicalDomain = (text: string, toAscii: (domain: string) => string): string | null => {
  const domain = toAscii(text.trim().replace(/\.$/, '')).toLowerCase()
  const labels = domain.split('.')
  const isDomain = domain.length <= 240 && labels.length >= 2 && labels.every((part) => label.test(part))
  // The last label of a domain holds a letter: 192.0.2.1 is no domain.
  return isDomain && /[a-z]/.test(labels.at(-1) ?? '') ? domain : null
}

/** Each look at DNS asks name servers that the organization chose. */
export const domainChecksPerOrganization: Limit = { name: 'domain-checks', max: 30, seconds: 600 }
