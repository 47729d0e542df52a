import type { Change } from '../../domain/audit-events.js'

/**
 * What the audit keeps of an edit: only what changed, before and after.
 * @param names what each setting is called there
 * @returns null where nothing changed
 */
export const changes = <Key extends string, Name extends string>(
  before: Readonly<Record<NoInfer<Key>, unknown>>,
  after: Readonly<Record<NoInfer<Key>, unknown>>,
  names: Readonly<Record<Key, Name>>,
): Partial<Record<Name, Change>> | null => {
  const changed: Partial<Record<Name, Change>> = {}
  for (const [key, name] of Object.entries(names) as [Key, Name][])
    if (before[key] !== after[key]) changed[name] = [before[key], after[key]]
  return Object.keys(changed).length === 0 ? null : changed
}
