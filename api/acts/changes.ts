type Changed = Readonly<Record<string, readonly [unknown, unknown]>>

/**
 * What the audit keeps of an edit: only what changed, before and after.
 * @param names what each setting is called there
 * @returns null where nothing changed
 */
export const changes = <Settings extends object>(
  before: Settings,
  after: Settings,
  names: Readonly<Record<keyof Settings, string>>,
): Changed | null => {
  const changed = (Object.entries(names) as [keyof Settings, string][])
    .filter(([key]) => before[key] !== after[key])
    .map(([key, name]) => [name, [before[key], after[key]]] as const)
  return changed.length === 0 ? null : Object.fromEntries(changed)
}
