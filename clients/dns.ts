import { Resolver } from 'node:dns/promises'

/** The texts that DNS has for a name; empty where it has none. @throws where no name server answers */
export type TextLookup = (name: string) => Promise<readonly string[]>

/** @param servers as `address:port`; those of the system where absent */
export const createTextLookup = (servers?: readonly string[]): TextLookup => {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 })
  if (servers !== undefined) resolver.setServers(servers)
  return async (name) => {
    try {
      // A long text comes in pieces.
      return (await resolver.resolveTxt(name)).map((pieces) => pieces.join(''))
    } catch (error) {
      if (['ENOTFOUND', 'ENODATA'].includes(String((error as { code?: unknown }).code))) return []
      throw error
    }
  }
}
