import type { Context } from 'koa'
import { refusal } from '../domain/policy.js'
import type { FieldError } from '../domain/errors.js'
import type { Attempt } from '../store/attempts.js'
import { renderProvePage } from '../views/pages/prove.js'
import type { ProvePageData } from '../views/pages/prove.js'
import { situationOf } from './acts/situation.js'
import { demandProvable } from './acts/proving.js'
import { currentSession } from './acts/current-session.js'
import type { ApiDependencies } from './dependencies.js'
import { localeOf } from './request.js'

/** The page on which the person of an attempt proves an account. @throws AppError as `demandProvable` */
export const renderProve = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  refused: { readonly errors?: readonly FieldError[]; readonly values?: ProvePageData['values'] } = {},
): Promise<string> => {
  const { database } = dependencies
  demandProvable(attempt, await currentSession(dependencies, context))
  const [situation, live, providers] = await Promise.all([
    situationOf(dependencies, database, attempt),
    database.emailChallenges.findLive(attempt.id),
    database.organizations.listProviders(attempt.provider.organization.id),
  ])
  // Of whom the provider may vouch the person is told that there is an account; nobody else learns what it has.
  const holder = situation?.trusted === true ? situation.holder : null
  return renderProvePage({
    locale: localeOf(context),
    attemptId: attempt.id,
    organization: attempt.provider.organization,
    provider: attempt.provider,
    ownAddress: situation?.ownAddress?.address,
    codeSent: live !== null,
    noAccount: situation !== null && situation.addressProof !== null && situation.proved === null,
    passwordFolded: holder !== null && (await database.passwords.find(holder)) === null,
    providers: providers.filter(
      (provider) => provider.id !== attempt.provider.id && refusal('prove', { provider }) === null,
    ),
    errors: refused.errors,
    values: refused.values,
    supportContact: dependencies.supportContact,
  })
}
