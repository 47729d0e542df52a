/**
 * SQLSTATE classes and codes of a server that is away, starting, stopping, out of room, or that cannot take this statement now: a
 * standby, a lock, a conflict that came again and again (PostgreSQL manual, appendix A).
 */
const away = /^(08...|53...|57P0[1-5]|57014|55P03|40P01|40001|25006)$/
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
])
/** What `pg` says without a code. */
const driverWords = /timeout|terminated|not queryable|Connection ended|connection is insecure/i

/** Whether a statement failed because the database could not be asked, so that the same request may succeed later. */
export const isUnavailable = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false
  const { code, errors, message } = error as { code?: unknown; errors?: unknown; message?: unknown }
  // A host with several addresses, none of which answered.
  if (Array.isArray(errors)) return errors.some(isUnavailable)
  if (typeof code === 'string') return away.test(code) || networkCodes.has(code)
  return typeof message === 'string' && driverWords.test(message)
}
