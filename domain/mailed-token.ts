/** Keyed hash of a text, base64url; made by a server key that is never stored beside the fields. */
export type Mac = (message: string) => string

/** What a mailed link lets the owner of its address do: set the first password, or another one. */
export type MailedLinkPurpose = 'password_reset' | 'set_password'

/**
 * A token that goes out in a mail and is derived from a stored row under a server key: what is stored is worth nothing without the
 * key, and the key nothing without the row. Each purpose has a key of its own, so that a token of one kind is none of another
 * (spec: pipeline 2.14).
 */
export interface MailedToken {
  readonly keyId: string
  /** Of the row that it stands for. */
  readonly rowId: string
  readonly hash: string
}

const tokenShape = /^([a-z0-9]{1,16})\.([0-9a-f]{32})\.([\w-]{43})$/

/** What is hashed: the row, and the nonce that only this row has. */
export const mailedTokenMessage = (rowId: string, nonce: Uint8Array): string =>
  `${rowId},${Array.from(nonce, (byte) => byte.toString(16).padStart(2, '0')).join('')}`

export const formatMailedToken = ({ keyId, rowId, hash }: MailedToken): string =>
  `${keyId}.${rowId.replaceAll('-', '')}.${hash}`

/** @returns null where the text is no token of such a shape */
export const parseMailedToken = (text: string): MailedToken | null => {
  const [, keyId, hex, hash] = tokenShape.exec(text) ?? []
  if (keyId === undefined || hex === undefined || hash === undefined) return null
  return { keyId, rowId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'), hash }
}

/** The token of a row, made with the current key. */
export const mailedToken = (row: { id: string; nonce: Uint8Array }, keyId: string, mac: Mac): string =>
  formatMailedToken({ keyId, rowId: row.id, hash: mac(mailedTokenMessage(row.id, row.nonce)) })
