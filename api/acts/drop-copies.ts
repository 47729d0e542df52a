import type { Stores } from '../../store/stores.js'
import type { UserEmail } from '../../store/users.js'

/**
 * Takes an address that was just verified from every other account that held it unverified; they are told at their other verified
 * addresses (spec: pipeline 3, "Commit: create" 5).
 * @returns whose it was
 */
export const dropCopies = async (
  stores: Stores,
  { id, canonical, userId }: UserEmail,
  organizationId: string | null,
): Promise<string[]> => {
  const losers = await stores.users.dropUnverifiedCopies(canonical, userId)
  if (organizationId === null) return losers
  for (const loser of losers) {
    await stores.mail.notify({
      kind: 'email_dropped_notice',
      userId: loser,
      organizationId,
      attemptId: null,
      dedupeKey: `email_dropped_notice/${id}/${loser}`,
    })
  }
  return losers
}
