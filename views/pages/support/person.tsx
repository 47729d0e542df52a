import type { VNode } from 'preact'
import { CheckField } from '../../components/check-field.js'
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
    /** There are others, which whoever looks does not see. */
    readonly elsewhere: boolean
    readonly openSessions: number
  }
  /** Names of organizations that would be left without an owner. */
  readonly leavesNoOwner: readonly string[]
  readonly acts: readonly ('end_sessions' | 'erase')[]
}

/** `GET /people/{id}`: one user, masked, and what can be done. */
export function renderPersonPage(data: PersonPageData): string {
  const { viewer, person } = data
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
          <Acts {...data} />
        </div>
      </>
    ),
  })
}

function Acts({ person, acts, leavesNoOwner }: PersonPageData): VNode | null {
  const { id, elsewhere } = person
  if (acts.length === 0) return null
  return (
    <section class="card">
      <h2>Act</h2>
      <div class="acts">
        {acts.includes('end_sessions') && (
          <ActForm
            name="end-sessions"
            action={`/people/${id}/end-sessions`}
            label={elsewhere ? 'End these sessions' : 'End all sessions'}
            explains={`The person is signed out ${elsewhere ? 'of the organizations shown here' : 'everywhere'} within a second and may sign in again.`}
          />
        )}
        {acts.includes('erase') && (
          <ActForm
            name="erase"
            danger
            action={`/people/${id}/erase`}
            label="Erase this person"
            explains="Account, addresses, identities, sessions and sealed claims are destroyed for good. The audit keeps ids that name nobody any more."
          >
            {leavesNoOwner.length > 0 && <OnlyOwner organizations={leavesNoOwner} />}
          </ActForm>
        )}
        {elsewhere && (
          <p class="hint">
            Also a member of organizations that you do not look after: only somebody who sees them all can
            erase this person.
          </p>
        )}
      </div>
    </section>
  )
}

function OnlyOwner({ organizations }: { readonly organizations: readonly string[] }): VNode {
  return (
    <>
      <p class="notice">
        The only owner of <Chosen text={organizations.join(', ')} />, where others are members: nobody could
        manage that any more. Another owner can be invited before.
      </p>
      <CheckField name="leaves_no_owner" label="Leave it without an owner" checked={false} />
    </>
  )
}
