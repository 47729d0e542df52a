import { domainToASCII } from 'node:url'
import type { DecisionInput } from '../../domain/decision-input.js'
import { parseEmailAddress } from '../../domain/email-address.js'
import { AppError } from '../../domain/errors.js'
import { cleanName } from '../../domain/identity-claims.js'
import { joinsAs } from '../../domain/policy.js'
import { mayChangeMethods, provesToSession } from '../../domain/reauthentication.js'
import type { Attempt } from '../../store/attempts.js'
import type { Proof } from '../../store/proofs.js'
import type { Stores } from '../../store/stores.js'
import type { DecideInput } from './decide.js'
import { demandFreshProof, provedTooLittle } from './demand-fresh-proof.js'
import type { Situation } from './situation.js'

/** What an offered choice rests on. */
export interface Chosen {
  /** T: the user that the identity is to be attached to. */
  readonly target: string | null
  readonly proofId: string | null
  /** What was typed and is needed; null where nothing is. */
  readonly input: DecisionInput | null
}

/**
 * Looks whether a choice may be accepted, as things are now; the commit looks once more.
 * @throws AppError why it may not. None of them ends the attempt: the person may choose again, or prove first what is missing.
 */
export const choose = async (
  stores: Stores,
  attempt: Attempt,
  situation: Situation,
  input: DecideInput,
): Promise<Chosen> => {
  demandOffered(situation, input)
  const attaches = input.choice === 'link' || input.choice === 'merge'
  if (attaches && attempt.staleSignIn) throw new AppError('reauthentication_required')
  switch (input.choice) {
    case 'link':
      return chooseLink(stores, attempt, situation, input)
    case 'merge':
      return chooseMerge(stores, attempt, situation, input)
    case 'create':
      return chooseCreate(stores, attempt, situation, input)
    case 'cancel':
      return { target: null, proofId: null, input: null }
  }
}

const demandOffered = ({ offers }: Situation, { choice, session }: DecideInput): void => {
  if (offers.choices.includes(choice)) return
  if (choice === 'link' && session === null) throw new AppError('not_authenticated')
  const code = choice === 'create' ? offers.createRefused : null
  throw code === null
    ? new AppError('bad_request', {
        errors: [{ field: 'decision', message: `must be one of: ${offers.choices.join(', ')}` }],
      })
    : new AppError(code)
}

/**
 * R, in a session that proves the account by itself, or with a proof of this attempt besides (spec: pipeline 2.2, 2.12). The page of an
 * application has the browser send the session along whether its person knows or not: there a proof of this attempt is always asked for.
 */
const chooseLink = async (
  stores: Stores,
  attempt: Attempt,
  { proofs, lackSecondFactor, replaced }: Situation,
  { session, replace, byHost = false }: DecideInput,
): Promise<Chosen> => {
  const target = attempt.sessionUserId
  if (target === null || session === null) throw new AppError('not_authenticated')
  await demandAdmission(stores, attempt, target)
  if (replaced.link.length > 0 && !replace) throw notReplaced()
  const chosen = { target, input: null }
  const standing = await stores.userSessions.standing(session.id)
  if (standing === null) throw new AppError('not_authenticated')
  const ways = await stores.signInMethods.list(target)
  if (!byHost && mayChangeMethods(standing, ways)) return { ...chosen, proofId: null }
  const proof = proofs.find((shown) => shown.userId === target && provesToSession(standing, ways, shown))
  if (proof === undefined) throw provedTooLittle(standing)
  if (lackSecondFactor.includes(proof)) throw new AppError('second_factor_required')
  return { ...chosen, proofId: proof.id }
}

const chooseMerge = async (
  stores: Stores,
  attempt: Attempt,
  { proved, lackSecondFactor, replaced }: Situation,
  { session, replace }: DecideInput,
): Promise<Chosen> => {
  if (proved === null || proved.userId === null)
    throw await unproved(stores, attempt, ({ userId }) => userId !== null)
  if (lackSecondFactor.includes(proved)) throw new AppError('second_factor_required')
  if (attempt.purpose === 'fold') {
    // The account that goes is the one of the session, and takes its membership along.
    if (session === null) throw new AppError('not_authenticated')
    await demandFreshProof(stores, { session })
  } else await demandAdmission(stores, attempt, proved.userId)
  if (replaced.merge.length > 0 && !replace) throw notReplaced()
  return { target: proved.userId, proofId: proved.id, input: null }
}

const chooseCreate = async (
  stores: Stores,
  attempt: Attempt,
  { claims, ownAddress, addressProof }: Situation,
  { email, name }: DecideInput,
): Promise<Chosen> => {
  const typed = cleanName(name)
  const named = typed === '' ? {} : { name: typed }
  if (claims.email !== null) return { target: null, proofId: null, input: typed === '' ? null : named }
  const typedEmail = email === undefined ? ownAddress : parseEmailAddress(email, domainToASCII)
  if (typedEmail === null)
    throw new AppError('email_invalid', {
      errors: [{ field: 'email', message: 'must be one e-mail address' }],
    })
  // Nothing may depend on an address that somebody only typed.
  if (addressProof === null || addressProof.canonicalEmail !== typedEmail.canonical)
    throw await unproved(stores, attempt, ({ canonicalEmail }) => canonicalEmail === typedEmail.canonical)
  return { target: null, proofId: addressProof.id, input: typed === '' ? null : named }
}

/** Why nothing is proved: it was, and too long ago, or it never was. */
const unproved = async (
  { proofs }: Stores,
  { id }: Attempt,
  wouldDo: (proof: Proof) => boolean,
): Promise<AppError> =>
  new AppError((await proofs.listExpired(id)).some(wouldDo) ? 'proof_expired' : 'proof_invalid')

/** Told before anything is decided, so that nobody decides in vain. */
const demandAdmission = async (stores: Stores, attempt: Attempt, userId: string): Promise<void> => {
  const { provider, invitationId } = attempt
  if (joinsAs(await stores.members.facts(userId, provider.id, invitationId)) === null)
    throw new AppError('not_a_member')
}

const notReplaced = (): AppError =>
  new AppError('identity_conflict', {
    errors: [{ field: 'replace', message: 'must be true where the account has an identity here already' }],
  })
