/** To whom a mail goes, wherever that is kept. Whole: who shows it masks it. */
export interface MailAddressee {
  /** Of a user; null where it goes to no address of one, or to one that is gone. */
  readonly address: string | null
  /** Sealed for the purpose `mail-recipient` by the dedupe key. */
  readonly recipient: Buffer | null
  readonly dedupeKey: string
  /** The attempt to whose own address it goes; null where that is gone. */
  readonly ownAddressOf: {
    readonly id: string
    readonly claims: Buffer | null
    readonly email: Buffer | null
  } | null
}

export interface AddresseeRow {
  readonly address: string | null
  readonly recipient: Buffer | null
  readonly dedupe_key: string
  readonly own_id: string | null
  readonly own_claims: Buffer | null
  readonly own_email: Buffer | null
}

/** Columns and joins of a statement over `mail_messages m`. */
export const addressee = {
  columns: `e.address, m.recipient, m.dedupe_key, own.id as own_id, own.claims as own_claims, own.email as own_email`,
  joins: `left join user_emails e on e.id = m.user_email_id
    left join attempts own on own.id = m.attempt_id and m.user_email_id is null and m.recipient is null`,
} as const

export const toAddressee = (row: AddresseeRow): MailAddressee => ({
  address: row.address,
  recipient: row.recipient,
  dedupeKey: row.dedupe_key,
  ownAddressOf: row.own_id === null ? null : { id: row.own_id, claims: row.own_claims, email: row.own_email },
})
