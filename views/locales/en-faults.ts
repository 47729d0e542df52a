import type { ProviderFault } from '../../domain/provider-fault.js'

export interface FaultTexts {
  /** What is wrong with a provider's settings and what to do; `issuer` is what the provider calls itself, where that is the point. */
  readonly faults: Readonly<Record<ProviderFault, (issuer: string) => string>>
  /** What is wrong with a field of the settings. */
  readonly settings: Readonly<
    Record<
      | 'nameInUse'
      | 'nameShape'
      | 'openToPublic'
      | 'noLinkedOwner'
      | 'noDomain'
      | 'domainShape'
      | 'domainNotProved'
      | 'domainUnanswered'
      | 'clientId'
      | 'issuerChanged'
      | 'text'
      | 'role'
      | 'email'
      | 'seats',
      string
    >
  >
}

export const enFaults: FaultTexts = {
  faults: {
    issuer_invalid: () => 'The issuer must be a web address such as https://id.example, without ? and #.',
    not_https: () =>
      'The issuer and its endpoints must be https: plain http can be read and changed on its way.',
    not_public: () =>
      'The address of this issuer leads into a private network. The provider must be reachable from the internet.',
    name_not_found: () => 'No server has this name. Check the spelling of the issuer.',
    timeout: () =>
      'The provider did not answer within 3 seconds. Check the address, and whether the provider is running.',
    unreachable: () =>
      'The connection to the provider was refused or broke off. Check the address, and whether the provider is running.',
    no_tls: () => 'What answers at this address does not speak https. Check the port of the issuer.',
    failing: () =>
      'The provider answered with an error of its own (status 500 or above). Look into its logs, then try again.',
    certificate: () =>
      'The provider’s certificate cannot be trusted: it has expired, names another host, or nobody vouches for it.',
    not_found: () =>
      'There is no OpenID configuration at this issuer: /.well-known/openid-configuration was not found. The issuer may need a longer path.',
    redirects: () =>
      'The provider sends us to another address. Enter the address that it sends us to as the issuer.',
    no_json: () => 'What lies at /.well-known/openid-configuration is no JSON document. Check the issuer.',
    too_large: () =>
      'The provider’s answer is larger than 256 KiB, more than any OpenID configuration needs.',
    other_issuer: (issuer) => `The provider calls itself ${issuer}. Enter exactly that as the issuer.`,
    incomplete: () =>
      'The provider’s OpenID configuration lacks its sign-in page, its token endpoint or its keys. Check that it is an OpenID Provider.',
    no_code_flow: () =>
      'The provider does not offer the authorization code flow. Switch it on there (response type “code”).',
    no_pkce: () => 'The provider does not offer PKCE with S256. Switch it on there.',
    no_signature: () =>
      'The provider does not sign its ID tokens with a public key. Set it to RS256 or ES256 there.',
    client_authentication: () =>
      'The provider accepts client secrets neither in the header nor in the body. Allow client_secret_basic or client_secret_post there.',
    no_keys: () => 'The provider’s signing keys cannot be read. Check its jwks_uri.',
    request_refused: () =>
      'The provider refused our sign-in request. Register the redirect URI there exactly as it stands here, and check the client ID.',
    client_refused: () =>
      'The provider did not accept the client ID and secret. Copy both anew; a secret may have expired there.',
    code_refused: () =>
      'The provider refused to complete the sign-in. Check that the redirect URI is registered there exactly as it stands here, and that the client is the right one.',
    declined: () => 'The sign-in was declined at the provider. Allow this application there, then try again.',
    clock: () => 'The provider’s clock and ours differ by too much. Set the provider’s clock.',
    not_believed: () =>
      'What the provider said about you could not be verified: its ID token does not fit its own configuration.',
    no_answer: () => 'The provider did not answer properly while you signed in. Try again in a moment.',
  },
  settings: {
    nameInUse: 'A provider of this name is in use. Choose another name.',
    nameShape: 'Use 1 to 63 lower-case letters, digits and hyphens; begin with a letter or digit.',
    openToPublic:
      'Anybody can have an account at this provider, so “everyone” would open the organization to the world. Choose another rule.',
    noLinkedOwner:
      'No owner has signed in through this provider yet. Do so first, so that nobody is locked out.',
    noDomain: 'Prove a domain first.',
    domainShape: 'Enter a domain such as example.com.',
    domainNotProved: 'The TXT record is not there yet. New records can take some minutes to be seen.',
    domainUnanswered:
      'The name servers of this domain did not answer, so we do not know yet. Try again in a minute.',
    clientId: 'Enter the client ID that the provider gave you.',
    issuerChanged:
      'Somebody has put another issuer here meanwhile: the one above. Nothing was stored. Enter the client that you have there.',
    text: 'Enter 1 to 100 characters.',
    role: 'Choose one of the roles.',
    email: 'Enter an e-mail address.',
    seats: 'Enter a whole number from 1 on, or leave it empty.',
  },
}
