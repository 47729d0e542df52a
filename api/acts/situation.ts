import type { EmailAddress } from '../../domain/email-address.js'
import { openClaims, ownAddress as ownAddressOf } from '../../domain/sealed-claims.js'
import type { IdentityClaims } from '../../domain/identity-claims.js'
import { foldOffers, offersFor } from '../../domain/offers.js'
import type { Offers } from '../../domain/offers.js'
import { addressIsTrusted, policyVersion } from '../../domain/policy.js'
import type { Attempt } from '../../store/attempts.js'
import type { OwnIdentity } from '../../store/identities.js'
import type { Proof } from '../../store/proofs.js'
import type { Stores } from '../../store/stores.js'
import type { ApiDependencies } from '../dependencies.js'

/** What the person of an attempt is offered at this moment, and what it rests on. */
export interface Situation {
  readonly claims: IdentityClaims
  readonly trusted: boolean
  readonly offers: Offers
  /** The asserted address, or the one that was typed where none was. */
  readonly ownAddress: EmailAddress | null
  /** Who holds that address as verified; looked up only where it is trusted or was proved, null everywhere else. */
  readonly holder: string | null
  /** What the browser has proved so far and may still use, newest first. */
  readonly proofs: readonly Proof[]
  /** The account that a proof of this attempt names: what `merge` attaches the identity to. */
  readonly proved: Proof | null
  /** Proofs of that account and of R, newest first, that lack the second factor which the account asks for. */
  readonly lackSecondFactor: readonly Proof[]
  /** The proof that the typed address is this browser's, where nobody holds that. */
  readonly addressProof: Proof | null
  /** Other identities at this provider, of R and of the proved account: attaching this one replaces them. */
  readonly replaced: { readonly link: readonly OwnIdentity[]; readonly merge: readonly OwnIdentity[] }
  /** Changes with anything above; a form of the page says which one it showed. */
  readonly version: string
}

/** @returns null before the provider has answered */
export const situationOf = async (
  { keyring }: Pick<ApiDependencies, 'keyring'>,
  stores: Stores,
  attempt: Attempt,
): Promise<Situation | null> => {
  const { id, claims: sealed, provider, purpose, sessionUserId } = attempt
  if (sealed === null) return null
  const claims = openClaims(keyring, { id, claims: sealed })
  const ownAddress = ownAddressOf(keyring, attempt)
  const trusted = addressIsTrusted(claims, await stores.organizations.trustedDomains(provider.id))
  const proofs = await stores.proofs.listUsable(attempt.id)
  const proved = proofs.find(({ userId }) => userId !== null && userId !== sessionUserId) ?? null
  const isProved = claims.email === null && proofs.some(({ kind }) => kind === 'email')
  const isTrusted = trusted || isProved
  const holder =
    isTrusted && ownAddress !== null ? await stores.users.verifiedHolder(ownAddress.canonical) : null
  const offers =
    purpose === 'fold'
      ? foldOffers({ provider })
      : offersFor({
          provider,
          signedIn: sessionUserId !== null,
          trusted: isTrusted,
          heldVerified: holder !== null || (isTrusted && (await isHeld(stores, ownAddress))),
        })
  const lackSecondFactor: Proof[] = []
  for (const proof of proofs) {
    const { userId, secondFactor } = proof
    if (userId === null || secondFactor || (userId !== proved?.userId && userId !== sessionUserId)) continue
    if ((await stores.totp.find(userId))?.confirmed === true) lackSecondFactor.push(proof)
  }
  const replacedOf = async (userId: string | null): Promise<readonly OwnIdentity[]> => {
    if (userId === null) return []
    if (purpose === 'fold' && sessionUserId !== null)
      return stores.identities.listBeside(userId, sessionUserId)
    const other = await stores.identities.findOfUser(userId, provider.id)
    return other === null ? [] : [other]
  }
  const replaced = {
    link: purpose === 'fold' ? [] : await replacedOf(sessionUserId),
    merge: await replacedOf(proved?.userId ?? null),
  }
  const { issuer, status, serves, admission } = provider
  const seen = [
    policyVersion,
    [issuer, status, serves, admission],
    [
      attempt.staleSignIn,
      trusted,
      holder,
      sessionUserId,
      proved?.userId,
      ...[...replaced.link, ...replaced.merge].map(({ id }) => id),
    ],
    offers,
  ]
  return {
    claims,
    trusted,
    offers,
    ownAddress,
    holder,
    proofs,
    proved,
    lackSecondFactor,
    addressProof: proofs.find(({ userId, kind }) => userId === null && kind === 'email') ?? null,
    replaced,
    version: keyring.hashToken(JSON.stringify(seen)).toString('base64url').slice(0, 22),
  }
}

/** By whomever: an account that is switched off keeps its addresses, so that nobody takes them over meanwhile. */
const isHeld = async (stores: Stores, address: EmailAddress | null): Promise<boolean> =>
  address !== null && (await stores.addresses.holderOf(address.canonical)) !== null
