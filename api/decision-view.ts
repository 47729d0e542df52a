import { randomUUID } from 'node:crypto'
import type { Context } from 'koa'
import { AppError } from '../domain/errors.js'
import { maskedSubject } from '../domain/masked.js'
import { refusal } from '../domain/policy.js'
import { identitiesThatProve, mayChangeMethods, provesToSession } from '../domain/reauthentication.js'
import type { FieldError } from '../domain/errors.js'
import type { Attempt } from '../store/attempts.js'
import type { OwnIdentity } from '../store/identities.js'
import type { Session } from '../store/sessions.js'
import type { Database } from '../store/stores.js'
import type { Locale } from '../views/locale.js'
import { renderAccountFoldPage } from '../views/pages/account-fold.js'
import { renderDecisionPage } from '../views/pages/decision.js'
import type { DecisionPageData } from '../views/pages/decision.js'
import { currentSession } from './acts/current-session.js'
import { restartPath } from './acts/own-attempt.js'
import { isPinned } from './acts/pinned.js'
import { situationOf } from './acts/situation.js'
import type { Situation } from './acts/situation.js'
import type { ApiDependencies } from './dependencies.js'
import { localeOf } from './request.js'

/** What was posted and refused, to be shown again. */
export interface RefusedForm {
  readonly errors: readonly FieldError[]
  readonly values: { readonly email: string | undefined; readonly name: string | undefined }
}

/** The decision page of an attempt that awaits one. */
export const renderDecision = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  refused?: RefusedForm,
): Promise<string> => {
  const { database } = dependencies
  const [situation, session] = await Promise.all([
    situationOf(dependencies, database, attempt),
    currentSession(dependencies, context),
  ])
  if (situation === null) throw new AppError('invalid_state')
  if (!isPinned(attempt, session)) throw new AppError('wrong_user', { nextPath: restartPath(attempt) })
  if (attempt.purpose === 'fold') return renderFold(database, localeOf(context), attempt, situation, refused)
  const { claims, offers, replaced } = situation
  return renderDecisionPage({
    locale: localeOf(context),
    now: new Date(),
    attemptId: attempt.id,
    organization: attempt.provider.organization,
    provider: attempt.provider,
    identity: {
      name: claims.name === '' ? undefined : claims.name,
      email: (situation.addressProof === null ? claims.email : situation.ownAddress)?.address,
      subjectHint: maskedSubject(claims.subject),
    },
    sessionUser: session === null ? undefined : await shownUser(database, session.user),
    // Whose account it is has to be shown first; what is shown there may be merged into.
    offers: offers.choices.filter((choice) => choice !== 'merge' || situation.proved !== null),
    linkReplaces: replaced.link.map(shownIdentity)[0],
    proveAgain: await waysToProve(dependencies, situation, session),
    staleSignIn: attempt.staleSignIn,
    proved: await shownProof(database, situation),
    mayProve: situation.proved === null && refusal('link', { provider: attempt.provider }) === null,
    whyNoCreate: offers.createRefused ?? undefined,
    needsEmail: claims.email === null && situation.addressProof === null,
    idempotencyKey: randomUUID(),
    version: situation.version,
    expiresAt: attempt.expiresAt,
    errors: refused?.errors,
    values: refused?.values,
    supportContact: dependencies.supportContact,
  })
}

interface ShownUser {
  readonly name: string
  readonly email: string | undefined
}

const shownUser = async (
  { users }: Database,
  { id, name }: { readonly id: string; readonly name: string },
): Promise<ShownUser> => {
  const [primary] = await users.listEmails(id)
  return { name: name === '' ? (primary?.address ?? '') : name, email: primary?.address }
}

const shownIdentity = ({ name, email, subject }: OwnIdentity): string =>
  email ?? (name === '' ? maskedSubject(subject) : name)

/** The same where the account of the session goes into one that the person had before. */
const renderFold = async (
  database: Database,
  locale: Locale,
  { id: attemptId, provider }: Attempt,
  { proved, replaced, version, offers }: Situation,
  refused: RefusedForm | undefined,
): Promise<string> => {
  const userId = proved?.userId ?? null
  const user = userId === null ? null : await database.users.find(userId)
  return renderAccountFoldPage({
    locale,
    organization: provider.organization,
    attempt: {
      id: attemptId,
      canMerge: offers.choices.includes('merge'),
      proved:
        user === null
          ? undefined
          : { name: (await shownUser(database, user)).name, replaces: replaced.merge.map(shownIdentity) },
      idempotencyKey: randomUUID(),
      version,
    },
    errors: refused?.errors,
  })
}

const shownProof = async (
  database: Database,
  { proved, replaced }: Situation,
): Promise<DecisionPageData['proved']> => {
  const userId = proved?.userId ?? null
  const user = userId === null ? null : await database.users.find(userId)
  if (user === null) return undefined
  const { name } = await shownUser(database, user)
  return { name, replaces: replaced.merge.map(shownIdentity)[0] }
}

/** How R may show who is there, where the session alone does not say so well enough; undefined where nothing is needed. */
const waysToProve = async (
  { database }: ApiDependencies,
  { proofs }: Situation,
  session: Session | null,
): Promise<DecisionPageData['proveAgain']> => {
  if (session === null) return undefined
  const [methods, standing] = await Promise.all([
    database.signInMethods.list(session.user.id),
    database.userSessions.standing(session.id),
  ])
  if (standing === null || mayChangeMethods(standing, methods)) return undefined
  if (proofs.some((proof) => proof.userId === session.user.id && provesToSession(standing, methods, proof)))
    return undefined
  return {
    providers: identitiesThatProve(standing, methods).map(({ provider }) => ({
      key: provider.id,
      displayName: provider.displayName,
    })),
  }
}
