import type { Services } from './services.js'

export interface EndingOptions {
  readonly services: Services
  readonly show: (line: string) => void
  /** Removes what says that the stack is running. */
  readonly forget: () => void
}

/** npm passes a Ctrl-C on that the terminal has delivered already; a person's second one comes later. */
const sameKeyPressMs = 300

/**
 * Ends the stack in order on Ctrl-C, SIGTERM or a closed terminal, and at once on the second Ctrl-C. An error that nobody
 * caught ends it too.
 * @returns a function that ends it because of an error, which it prints
 */
export function endInOrder({ services, show, forget }: EndingOptions): (error: unknown) => void {
  let began: number | undefined
  const end = (code: number): void => {
    began = performance.now()
    void services.stop().then(() => {
      forget()
      process.exit(code)
    })
  }
  const onSignal = (): void => {
    if (began === undefined) {
      show('\nStopping. Ctrl-C once more ends everything at once.')
      end(0)
    } else if (performance.now() - began > sameKeyPressMs) {
      services.kill()
      process.exit(1)
    }
  }
  const onError = (error: unknown): void => {
    if (began !== undefined) return
    show(`\n${error instanceof Error ? error.message : String(error)}\n`)
    end(1)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  process.on('uncaughtException', (error) => onError(error.stack))
  // A terminal that is gone takes no more lines.
  process.stdout.on('error', () => undefined)
  return onError
}
