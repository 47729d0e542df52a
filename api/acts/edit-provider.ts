import { AppError } from '../../domain/errors.js'
import type { EditableSettings, ProviderSettings } from '../../store/providers.js'
import { settingText } from '../../views/fault-text.js'
import type { Locale } from '../../views/locale.js'
import type { ApiDependencies } from '../dependencies.js'
import { changes } from './changes.js'
import { demandFreshProof } from './demand-fresh-proof.js'
import { checkAdmission, providerEvent, refusedField } from './draft-provider.js'
import type { Visit } from './visit-organization.js'

/**
 * Changes how a provider that is in use lets people in. The audit holds what changed, and nothing where nothing did.
 * @throws AppError `provider_unknown`, `bad_request` where it would let the world in, or lock the owners out, and as
 * `demandFreshProof`
 */
export const editProvider = (
  { database }: Pick<ApiDependencies, 'database'>,
  visit: Visit,
  name: string,
  wanted: Partial<EditableSettings>,
  locale: Locale,
): Promise<ProviderSettings> =>
  database.transaction(async (stores) => {
    const { organization } = visit
    const provider = await stores.providers.lock(organization.id, name)
    if (provider?.status !== 'enabled') throw new AppError('provider_unknown')
    const settings: EditableSettings = {
      displayName: wanted.displayName ?? provider.displayName,
      admission: wanted.admission ?? provider.admission,
      defaultRole: wanted.defaultRole ?? provider.defaultRole,
      requireLink: wanted.requireLink ?? provider.requireLink,
    }
    const changed = changes(provider, settings, {
      displayName: 'display_name',
      admission: 'admission',
      defaultRole: 'default_role',
      requireLink: 'require_link',
    } satisfies Record<keyof EditableSettings, string>)
    if (changed === null) return provider
    // A name that is shown is all that may change without a proof.
    if (Object.keys(changed).some((name) => name !== 'display_name')) await demandFreshProof(stores, visit)
    if (settings.admission !== provider.admission) checkAdmission(provider.issuer, settings.admission, locale)
    const isNew = settings.requireLink && !provider.requireLink
    if (isNew && !(await stores.providers.hasLinkedOwner(provider.id)))
      throw refusedField('require_link', settingText(locale, 'noLinkedOwner'))
    await stores.providers.edit(provider.id, settings)
    await stores.audit.record(providerEvent(visit, provider.id, changed))
    return { ...provider, ...settings }
  })
