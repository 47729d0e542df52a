/** How a part that a process needs stands: `degraded` where it answers and something about it wants a person. */
export type Condition = 'up' | 'degraded' | 'down'

export interface DependencyState {
  readonly state: Condition
  /** When this process first saw it so. */
  readonly since: Date
}

/** Notes what was seen of each part, and tells since when it stands like that. */
export type NoteState = (part: string, state: Condition, now: Date) => DependencyState

export const keepStates = (): NoteState => {
  const seen = new Map<string, DependencyState>()
  return (part, state, now) => {
    const former = seen.get(part)
    if (former?.state === state) return former
    const changed = { state, since: now }
    seen.set(part, changed)
    return changed
  }
}
