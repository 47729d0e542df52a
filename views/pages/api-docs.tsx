import type { VNode } from 'preact'
import { renderPage } from '../layout.js'

interface Field {
  readonly name: string
  readonly type: string
  readonly required: boolean
}

export interface ApiOperation {
  readonly method: string
  readonly path: string
  readonly summary: string
  /** Who may call it: `anyone`, or the cookie that it needs. */
  readonly who: string
  /** Query parameters and headers. */
  readonly query: readonly Field[]
  readonly body: readonly Field[]
  readonly answers: readonly {
    readonly status: string
    readonly description: string
    readonly fields: readonly Field[]
  }[]
}

export interface ApiDocsPageData {
  readonly description: string
  readonly operations: readonly ApiOperation[]
}

/** `GET /docs`: the JSON API for engineers, in English like the API itself. */
export function renderApiDocsPage({ description, operations }: ApiDocsPageData): string {
  return renderPage({
    locale: 'en',
    title: 'JSON API',
    children: (
      <div class="card">
        <h1>JSON API</h1>
        <p>{description}</p>
        <p>
          The same as OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>
        </p>
        {operations.map((operation) => (
          <OperationShown key={`${operation.method} ${operation.path}`} {...operation} />
        ))}
      </div>
    ),
  })
}

function OperationShown({ method, path, summary, who, query, body, answers }: ApiOperation): VNode {
  return (
    <section class="apart">
      <h2>
        <code>
          {method} <wbr />
          {path}
        </code>
      </h2>
      <p>
        {summary}. {whoMay[who] ?? `Needs the ${who} cookie.`}
      </p>
      <Fields title="Query and headers" fields={query} />
      <Fields title="Body" fields={body} />
      {answers.map(({ status, description, fields }) => (
        <Fields key={status} title={`${status} – ${description}`} fields={fields} bare />
      ))}
    </section>
  )
}

const whoMay: Readonly<Record<string, string>> = {
  anyone: 'Anybody may call it.',
  attempt: 'For the browser that began the attempt.',
  session: 'For a signed-in browser.',
}

/** @param bare the title is shown even where there is no field */
function Fields(props: {
  readonly title: string
  readonly fields: readonly Field[]
  readonly bare?: true
}): VNode | null {
  const { title, fields, bare } = props
  if (fields.length === 0 && bare !== true) return null
  return (
    <>
      <h3>{title}</h3>
      {fields.length > 0 && (
        <ul class="rows">
          {fields.map(({ name, type, required }) => (
            <li key={name}>
              <code>{name}</code> {type}
              {!required && ', optional'}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}
