import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { visitEvent } from './visit-event.js'
import { wakeBulkMail } from './wake-bulk-mail.js'
import type { Visit } from './visit-organization.js'

/**
 * Switches a provider off (spec: pipeline 4): its identities and the flags of their owners are gone, sessions and attempts that rest
 * on them end, and members without a password are sent a link to set one. The session of whoever does it
 * goes on only where something else than this provider has shown who that is.
 * @returns whether the session that it was done in goes on
 * @throws AppError `provider_unknown`, and as `demandFreshProof`
 */
export const disableProvider = async (
  dependencies: ApiDependencies,
  visit: Visit,
  name: string,
): Promise<boolean> => {
  const { organization, session } = visit
  const { goesOn, told } = await dependencies.database.transaction(async (stores) => {
    const provider = await stores.providers.lock(organization.id, name)
    if (provider?.status !== 'enabled') throw new AppError('provider_unknown')
    await demandFreshProof(stores, visit)
    await stores.providers.disable(provider.id)
    const rejected = await stores.providers.endAttempts(provider.id, 'provider_disabled')
    const sessions = await stores.providers.endSessions(provider.id, session.id)
    const { unlinked, unflagged } = await stores.roster.unlinkAll(organization.id, provider.id)
    const mails = await stores.bulkMails.beginForPasswordless(
      organization.id,
      provider.id,
      unlinked.map(({ userId }) => userId),
    )
    await stores.audit.record(
      visitEvent(
        visit,
        'sso.disabled',
        { kind: 'provider', id: provider.id },
        { members: unlinked.length, sessions: sessions.length },
      ),
      ...unlinked.map(({ userId, identityId }) =>
        visitEvent(
          visit,
          'identity.unlinked',
          { kind: 'user', id: userId },
          { identity: identityId, provider: provider.id, reason: 'sso_disabled' },
        ),
      ),
      ...unflagged.map((id) =>
        visitEvent(visit, 'member.flagged', { kind: 'user', id }, { linked: false, reason: 'sso_disabled' }),
      ),
      ...sessions.map((id) =>
        visitEvent(visit, 'session.ended', { kind: 'session', id }, { reason: 'sso_disabled' }),
      ),
      ...rejected.map((id) => ({
        ...visitEvent(
          visit,
          'attempt.ended',
          { kind: 'attempt', id },
          { result: 'rejected', code: 'provider_disabled' },
        ),
        attemptId: id,
      })),
    )
    return { goesOn: !sessions.includes(session.id), told: mails }
  })
  if (told > 0) await wakeBulkMail(dependencies, organization.id)
  return goesOn
}
