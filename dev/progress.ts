/**
 * Runs a step and prints one line when it is done: its label, the time it took, and `detail` of what it came to.
 * Rejects with an error that names the step.
 */
export type Step = <T>(label: string, act: () => Promise<T>, detail: (result: T) => string) => Promise<T>

export function createStep(show: (line: string) => void): Step {
  return async (label, act, detail) => {
    const since = performance.now()
    const result = await act().catch((cause: unknown) => {
      throw new Error(`${label}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    })
    show(row(label, 'ready', since, detail(result)))
    return result
  }
}

/** One line of the terminal: what, its state, the seconds since a `performance.now()`, and a detail. */
export function row(label: string, state: string, since: number, detail = ''): string {
  return `${label.padEnd(16)} ${state.padEnd(7)} ${seconds(since).padStart(5)} s   ${detail}`.trimEnd()
}

/** Seconds since a `performance.now()`, with one digit. */
export function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(1)
}
