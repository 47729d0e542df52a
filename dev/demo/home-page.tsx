import { Page } from './page.js'
import { PersonaList, PersonaText } from './persona-list.js'
import { demoOrganizations, type Persona } from './personas.js'

type HomePageProps = {
  apiOrigin: string
  supportOrigin: string | undefined
  inboxUrl: string | undefined
}

/** The page that a newcomer opens first: where to sign in, where the mail arrives, and who is who. */
export function HomePage({ apiOrigin, supportOrigin, inboxUrl }: HomePageProps) {
  return (
    <Page title="Who is who · demo provider" site="Demo provider">
      <h1>Try a sign-in</h1>
      <p class="lead">
        Be one of the people below: each one shows something else, so one after the other is a tour.{' '}
        {inboxUrl && (
          <>
            Mail to any of them arrives in <a href={inboxUrl}>the inbox</a>; nothing leaves this machine.
            After twenty within an hour, the next ones wait for support: that is the limit for one network.
          </>
        )}
      </p>
      <PersonaList
        row={(persona) => (
          <a class="person" href={signInUrl(apiOrigin, supportOrigin, persona)}>
            <PersonaText persona={persona} />
          </a>
        )}
      />
      <p class="section-lead">Or begin where a member of an organization does, and say who you are later.</p>
      <ul class="organizations">
        {demoOrganizations.map((organization) => (
          <li key={organization.slug} class="card">
            <OrganizationCard organization={organization} apiOrigin={apiOrigin} />
          </li>
        ))}
      </ul>
    </Page>
  )
}

/** The page with the one button that signs this person in. */
function signInUrl(
  apiOrigin: string,
  supportOrigin: string | undefined,
  { id, group, organization = 'acme', provider = 'demo' }: Persona,
): string {
  if (group === 'staff' && supportOrigin !== undefined) return `${supportOrigin}/sign-in?login_hint=${id}`
  return `${apiOrigin}/sso/${organization}/${provider}?login_hint=${id}`
}

type OrganizationCardProps = { organization: (typeof demoOrganizations)[number]; apiOrigin: string }

function OrganizationCard({ organization, apiOrigin }: OrganizationCardProps) {
  return (
    <>
      <h2>{organization.name}</h2>
      <dl>
        <dt>Owner</dt>
        <dd>{organization.owner}</dd>
        {'members' in organization && (
          <>
            <dt>Members</dt>
            <dd>{organization.members}</dd>
            <dt>Invited</dt>
            <dd>{organization.invited}</dd>
            <dt>Trusts</dt>
            <dd>{organization.domain}</dd>
          </>
        )}
      </dl>
      <a class="primary" href={`${apiOrigin}/sso/${organization.slug}`}>
        Sign in to {organization.name}
      </a>
    </>
  )
}
