import { writeAtomically } from './write-atomically.js'

/** What programs from outside may rely on (spec: http, The embedded stack). */
export interface StackFile {
  readonly api: string
  /** The console of support. */
  readonly support: string
  /** `/metrics` of the worker, which has all that Postgres and Temporal tell; the API's own requests are on its own port. */
  readonly metrics: string
  /** host:port */
  readonly temporal: string
  /** Null where Temporal is not ours. */
  readonly temporal_ui: string | null
  /** With password. */
  readonly postgres: string
  /** The demo provider's issuer. */
  readonly provider: string
  readonly inbox: string
  /** The page that ends parts of the stack while people sign in. */
  readonly break_it: string
  readonly organizations: readonly string[]
  readonly pids: Readonly<Record<string, number>>
}

/** Written once everything answers, and again when a process takes another's place. */
export function writeStackFile(file: string, stack: StackFile): void {
  writeAtomically(file, `${JSON.stringify(stack, null, 2)}\n`)
}
