import type { Stores } from '../../store/stores.js'

/** Somebody who signs in and waits for a seat gets one that is free, audited. It needs a transaction, and locks the seats. */
export const takeSeat = async (
  stores: Pick<Stores, 'audit' | 'members'>,
  seat: {
    readonly userId: string
    readonly organizationId: string
    readonly attemptId: string | null
    readonly clientNetwork: string
  },
): Promise<void> => {
  const { userId, ...common } = seat
  if (!(await stores.members.takeSeat(userId, seat.organizationId))) return
  await stores.audit.record({
    ...common,
    event: 'member.flagged',
    actor: { kind: 'user', id: userId },
    target: { kind: 'user', id: userId },
    data: { restricted: false },
  })
}
