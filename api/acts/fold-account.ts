import { AppError } from '../../domain/errors.js'
import { passwordRefusal } from '../../domain/password-sign-in.js'
import { refusal } from '../../domain/policy.js'
import type { ApiDependencies } from '../dependencies.js'
import { changeAccount } from './change-account.js'
import type { AccountActor } from './change-account.js'
import { demandWhole, holdVerified, verifyPassword } from './verify-password.js'
import { wakeRuns } from './wake-runs.js'

/** An account that the person had before, shown by its password and second factor. */
export interface FormerAccount {
  readonly email: string
  readonly password: string
  readonly otp: string | undefined
}

/**
 * "I already had an account": as long as the account of this session has no verified address, its identities and memberships move to
 * the account that is proved, and it is deleted, in one transaction. The other sessions of that account end, and it is told by mail.
 * @returns token of a session of the proved account, for this browser; null where its password opens none here
 * @throws AppError `wrong_user` where the account has a verified address or proves itself, `identity_conflict` where the proved one
 *   has another identity at a provider, what policy says of `link`, and as `verifyPassword` and `changeAccount`
 */
export const foldAccount = async (
  dependencies: ApiDependencies,
  actor: AccountActor,
  { email, ...shown }: FormerAccount,
): Promise<string | null> => {
  const { keyring } = dependencies
  const { session, clientNetwork } = actor
  const proved = demandWhole(await verifyPassword(dependencies, email, { ...shown, clientNetwork }))
  const token = keyring.randomToken()
  const { runs, isOpen } = await changeAccount(dependencies, actor, async (change) => {
    const { stores, userId, methods, note, noteEnded } = change
    const target = { kind: 'user', id: proved.userId } as const
    const emails = await stores.users.listEmails(userId)
    if (proved.userId === userId || emails.some(({ verified }) => verified)) throw new AppError('wrong_user')
    await holdVerified(stores, proved)
    for (const { provider } of methods.identities) {
      const facts = await stores.organizations.findProviderById(provider.id)
      const refused = facts === null ? 'provider_disabled' : refusal('link', { provider: facts })
      if (refused !== null) throw new AppError(refused)
    }
    const held: string[] = []
    for (const { id } of emails) held.push(...(await stores.mail.workflowsOf(id)))

    noteEnded(await stores.userSessions.end(userId, 'all'))
    noteEnded(await stores.userSessions.end(proved.userId, 'all'))
    await stores.accounts.moveTo(userId, proved.userId)
    await stores.accounts.delete(userId)
    for (const { id } of methods.identities)
      note('identity.linked', { kind: 'identity', id }, { to: proved.userId })
    note('user.folded', target, { from: userId })
    await stores.mail.notify({
      kind: 'identity_linked_notice',
      userId: proved.userId,
      organizationId: session.organization.id,
      attemptId: null,
      dedupeKey: `identity_linked_notice/fold/${userId}`,
    })

    const reach = await stores.userSessions.passwordReach(proved.userId, session.organization.id)
    const opens = passwordRefusal(reach) === null
    if (opens) {
      const opened = await stores.userSessions.openWithPassword({
        userId: proved.userId,
        organizationId: session.organization.id,
        methods: proved.methods,
        tokenHash: keyring.hashToken(token),
      })
      note('session.started', { kind: 'session', id: opened.id })
    }
    return { runs: held, isOpen: opens }
  })
  await wakeRuns(dependencies, runs)
  return isOpen ? token : null
}
