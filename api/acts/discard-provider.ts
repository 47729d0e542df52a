import { AppError } from '../../domain/errors.js'
import type { ApiDependencies } from '../dependencies.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { endedAttemptEvent, providerEvent } from './draft-provider.js'
import type { Visit } from './visit-organization.js'

/**
 * Gives up the setup of a provider. One that anybody tried is switched off, and what happened through it stays known (spec: pipeline 9).
 * @throws AppError `provider_unknown`, and as `demandFreshProof`
 */
export const discardProvider = (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  name: string,
): Promise<void> =>
  database.transaction(async (stores) => {
    const { providers } = stores
    const provider = await providers.lock(visit.organization.id, name)
    if (provider?.status !== 'setup') throw new AppError('provider_unknown')
    await demandFreshProof(stores, visit)
    const ended = await providers.endAttempts(provider.id, 'invalid_state')
    const isKept = await providers.discard(provider.id)
    await stores.audit.record(
      providerEvent(visit, provider.id, { status: ['setup', isKept ? 'disabled' : null] }),
      ...ended.map((id) => endedAttemptEvent(visit, id, 'setup_discarded')),
    )
  })
