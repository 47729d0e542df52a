import type { VNode } from 'preact'
import type { FieldError as WrongField } from '../../../domain/errors.js'
import { errorOf } from '../../error-of.js'
import { Chosen } from '../../components/chosen.js'
import { PostForm } from '../../components/post-form.js'
import { SelectField } from '../../components/select-field.js'
import { Pager, renderConsolePage, State, Table, When, words } from './frame.js'
import type { Viewer } from './frame.js'

export interface AttemptsPageData {
  readonly viewer: Viewer
  /** What is looked for, as it was typed. */
  readonly search: Readonly<Record<SearchField, string>>
  /** What is wrong with it. */
  readonly errors: readonly WrongField[]
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
  const { viewer, search, attempts, counts, next } = data
  const errors = errorsOf(data)
  return renderConsolePage({
    viewer,
    title: 'Sign-ins',
    place: 'attempts',
    errorSummary: { title: 'Nothing was looked for', errors, fields: Object.keys(search) },
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
        {errors.length > 0 ? null : attempts.length === 0 ? (
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

const labels: Readonly<Record<string, string>> = {
  q: 'Address, sign-in or user',
  since: 'Since',
  until: 'Before',
}

const errorsOf = ({ errors }: AttemptsPageData): readonly WrongField[] =>
  errors.map(({ field, message }) => ({ field, message: `${labels[field] ?? words(field)} ${message}.` }))

function Search(data: AttemptsPageData): VNode {
  const { search, choices } = data
  const errors = errorsOf(data)
  const options = (names: readonly string[]) => names.map((value) => ({ value, label: words(value) }))
  return (
    <PostForm action="/search" class="card filters">
      <div class={errorOf(errors, 'q') === undefined ? 'field wide-field' : 'field wide-field wrong'}>
        <label for="q">{labels['q']}</label>
        <p id="q-hint" class="hint">
          A whole e-mail address, the reference of a sign-in, or the id of a user.
        </p>
        <FieldError name="q" error={errorOf(errors, 'q')} />
        <input
          id="q"
          name="q"
          type="search"
          value={search.q}
          autoComplete="off"
          spellcheck={false}
          aria-invalid={errorOf(errors, 'q') === undefined ? undefined : 'true'}
          aria-describedby={errorOf(errors, 'q') === undefined ? 'q-hint' : 'q-hint q-error'}
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
      <Text
        name="since"
        label="Since (UTC)"
        type="date"
        value={search.since}
        error={errorOf(errors, 'since')}
      />
      <Text
        name="until"
        label="Before (UTC)"
        type="date"
        value={search.until}
        error={errorOf(errors, 'until')}
      />
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
  readonly error?: string | undefined
}

function Text({ name, label, value, type = 'text', error }: TextProps): VNode {
  const attributes = {
    id: name,
    name,
    value,
    autoComplete: 'off',
    spellcheck: false,
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    'aria-describedby': error === undefined ? undefined : `${name}-error`,
  }
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{label}</label>
      <FieldError name={name} error={error} />
      {type === 'date' ? <input {...attributes} type="date" /> : <input {...attributes} type="text" />}
    </div>
  )
}

function FieldError({
  name,
  error,
}: {
  readonly name: string
  readonly error: string | undefined
}): VNode | null {
  if (error === undefined) return null
  return (
    <p id={`${name}-error`} class="field-error">
      {error}
    </p>
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
