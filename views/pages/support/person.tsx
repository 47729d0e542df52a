import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { Fact } from './attempt.js'
import { ActForm, renderConsolePage, When } from './frame.js'
import type { Viewer } from './frame.js'

export interface PersonPageData {
  readonly viewer: Viewer
  readonly person: {
    readonly id: string
    readonly name: string
    readonly status: string
    readonly createdAt: Date
    readonly addresses: readonly { readonly address: string; readonly verified: boolean }[]
    readonly organizations: readonly string[]
    readonly openSessions: number
  }
  readonly acts: readonly ('end_sessions' | 'erase')[]
}

/** `GET /people/{id}`: one user, masked, and what can be done. */
export function renderPersonPage({ viewer, person, acts }: PersonPageData): string {
  return renderConsolePage({
    viewer,
    title: 'User',
    place: 'attempts',
    children: (
      <>
        <div class="title">
          <h1>User</h1>
          <span class="badge">{person.status}</span>
          <code class="mono">{person.id}</code>
        </div>
        <div class="columns">
          <section class="card">
            <h2>Facts</h2>
            <dl class="facts">
              <Fact label="Name">{person.name === '' ? '–' : <Chosen text={person.name} />}</Fact>
              {person.addresses.map(({ address, verified }) => (
                <Fact key={address} label="Address">
                  <Chosen text={address} /> {verified ? '(confirmed)' : '(not confirmed)'}
                </Fact>
              ))}
              <Fact label="Organizations">{person.organizations.join(', ') || '–'}</Fact>
              <Fact label="Since">
                <When viewer={viewer} at={person.createdAt} />
              </Fact>
              <Fact label="Open sessions">{person.openSessions}</Fact>
            </dl>
            <p>
              <a href={`/?q=${person.id}`}>Sign-ins of this user</a>
            </p>
          </section>
          <Acts id={person.id} acts={acts} />
        </div>
      </>
    ),
  })
}

function Acts({ id, acts }: { readonly id: string; readonly acts: PersonPageData['acts'] }): VNode | null {
  if (acts.length === 0) return null
  return (
    <section class="card">
      <h2>Act</h2>
      <div class="acts">
        {acts.includes('end_sessions') && (
          <ActForm
            name="end-sessions"
            action={`/people/${id}/end-sessions`}
            label="End all sessions"
            explains="The person is signed out everywhere within a second and may sign in again."
          />
        )}
        {acts.includes('erase') && (
          <ActForm
            name="erase"
            danger
            action={`/people/${id}/erase`}
            label="Erase this person"
            explains="Account, addresses, identities, sessions and sealed claims are destroyed for good. The audit keeps ids that name nobody any more."
          />
        )}
      </div>
    </section>
  )
}
