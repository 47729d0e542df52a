import type { VNode } from 'preact'
import { Chosen } from '../../components/chosen.js'
import { PostForm } from '../../components/post-form.js'
import { SelectField } from '../../components/select-field.js'
import { Pager, renderConsolePage, State, Table, When, words } from './frame.js'
import type { Viewer } from './frame.js'

export interface AttemptsPageData {
  readonly viewer: Viewer
  /** What is looked for, as it was typed. */
  readonly search: Readonly<Record<SearchField, string>>
  readonly choices: Readonly<Record<'stage' | 'outcome' | 'mail', readonly string[]>>
  readonly counts: readonly { readonly name: string; readonly count: number; readonly href: string }[]
  readonly attempts: readonly ListedAttempt[]
  /** The way to older ones; absent on the last page. */
  readonly next?: string | undefined
}

type SearchField = 'q' | 'organization' | 'provider' | 'stage' | 'outcome' | 'mail' | 'since' | 'until'

interface ListedAttempt {
  readonly id: string
  readonly organization: string
  readonly provider: string
  readonly stage: string
  readonly outcome: string | null
  readonly how: string | null
  readonly code: string | null
  readonly mail: string | null
  readonly createdAt: Date
}

/** `GET /` of the console: find sign-ins. */
export function renderAttemptsPage(data: AttemptsPageData): string {
  const { viewer, attempts, counts, next } = data
  return renderConsolePage({
    viewer,
    title: 'Sign-ins',
    place: 'attempts',
    children: (
      <>
        <h1>Sign-ins</h1>
        <ul class="counts" aria-label="Open now, and ended in the last 24 hours">
          {counts.map(({ name, count, href }) => (
            <li key={name}>
              <a href={href}>
                {words(name)} <strong>{count}</strong>
              </a>
            </li>
          ))}
        </ul>
        <Search {...data} />
        {attempts.length === 0 ? (
          <p class="card">No sign-in matches. Try fewer words, or another time.</p>
        ) : (
          <Table
            label="Sign-ins that match, the newest first"
            head={['Began', 'Stands', 'Sign-in', 'Organization', 'Provider', 'Mail']}
          >
            {attempts.map((attempt) => (
              <Row key={attempt.id} viewer={viewer} attempt={attempt} />
            ))}
          </Table>
        )}
        <Pager next={next} />
      </>
    ),
  })
}

function Search({ search, choices }: AttemptsPageData): VNode {
  const options = (names: readonly string[]) => names.map((value) => ({ value, label: words(value) }))
  return (
    <PostForm action="/search" class="card filters">
      <div class="field wide-field">
        <label for="q">Address, sign-in or user</label>
        <p id="q-hint" class="hint">
          A whole e-mail address, the reference of a sign-in, or the id of a user.
        </p>
        <input
          id="q"
          name="q"
          type="search"
          value={search.q}
          autoComplete="off"
          spellcheck={false}
          aria-describedby="q-hint"
        />
      </div>
      <Text name="organization" label="Organization" value={search.organization} />
      <Text name="provider" label="Provider" value={search.provider} />
      <SelectField
        name="stage"
        label="Stage"
        any="any"
        options={options(choices.stage)}
        value={search.stage}
      />
      <SelectField
        name="outcome"
        label="Outcome"
        any="any"
        options={options(choices.outcome)}
        value={search.outcome}
      />
      <SelectField name="mail" label="Mail" any="any" options={options(choices.mail)} value={search.mail} />
      <Text name="since" label="Since (UTC)" type="date" value={search.since} />
      <Text name="until" label="Before (UTC)" type="date" value={search.until} />
      <button class="button primary" type="submit">
        Search
      </button>
    </PostForm>
  )
}

interface TextProps {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly type?: 'text' | 'date'
}

function Text({ name, label, value, type = 'text' }: TextProps): VNode {
  const attributes = { id: name, name, value, autoComplete: 'off', spellcheck: false }
  return (
    <div class="field">
      <label for={name}>{label}</label>
      {type === 'date' ? <input {...attributes} type="date" /> : <input {...attributes} type="text" />}
    </div>
  )
}

function Row({ viewer, attempt }: { readonly viewer: Viewer; readonly attempt: ListedAttempt }): VNode {
  const detail = attempt.how ?? attempt.code
  return (
    <tr>
      <td>
        <When viewer={viewer} at={attempt.createdAt} />
      </td>
      {/* What a phone shows without scrolling: how it stands, and the way to it. */}
      <td>
        <State name={attempt.outcome ?? attempt.stage} /> {detail !== null && words(detail)}
      </td>
      <td>
        <a class="mono" href={`/attempts/${attempt.id}`}>
          {attempt.id}
        </a>
      </td>
      <td>
        <Chosen text={attempt.organization} />
      </td>
      <td>
        <Chosen text={attempt.provider} />
      </td>
      <td>{attempt.mail === null ? '–' : <State name={attempt.mail} />}</td>
    </tr>
  )
}
