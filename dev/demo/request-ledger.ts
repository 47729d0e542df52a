/** One `POST /v3/mail/send` and what became of it: what tests count copies by. */
export type LedgerEntry = {
  readonly time: string
  /** Null when no answer was sent. */
  readonly status: number | null
  /** The fault that the send met, `ok` if none. */
  readonly fault: string
  readonly message_id: string | null
  readonly to: readonly string[]
  readonly subject: string | null
  readonly custom_args: Record<string, string>
}

/** Every send, oldest first, in memory. */
export function createRequestLedger() {
  const entries: LedgerEntry[] = []
  return {
    add: (entry: LedgerEntry): void => void entries.push(entry),
    /** Newest first. */
    list: (): LedgerEntry[] => entries.toReversed(),
    clear: (): void => void entries.splice(0),
  }
}

export type RequestLedger = ReturnType<typeof createRequestLedger>
