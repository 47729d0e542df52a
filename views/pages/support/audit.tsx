import { ActForm, Pager, renderConsolePage } from './frame.js'
import type { Viewer } from './frame.js'
import type { Happening } from './sentences.js'
import { Timeline } from './timeline.js'

export interface AuditPageData {
  readonly viewer: Viewer
  /** Whether payloads may be decoded: they know no organization. */
  readonly mayDecode: boolean
  readonly entries: readonly Happening[]
  readonly next?: string | undefined
}

/** `GET /audit`: everything that was noted, the newest first. */
export function renderAuditPage({ viewer, mayDecode, entries, next }: AuditPageData): string {
  return renderConsolePage({
    viewer,
    title: 'Audit',
    place: 'audit',
    children: (
      <>
        <h1>Audit</h1>
        <p class="lead">
          The newest first. Rows are sealed within seconds; <code>auth-pipeline audit verify</code> checks
          them.
        </p>
        {mayDecode && (
          <ActForm
            name="decode"
            action="/decoding/grant"
            label="Read payloads in Temporal's Web UI"
            explains="For 15 minutes. In the Web UI set the codec endpoint to /codec of this console, and include cross-origin credentials. Each request is noted."
          />
        )}
        <section class="card">
          <Timeline viewer={viewer} entries={entries} placed />
        </section>
        <Pager next={next} />
      </>
    ),
  })
}
