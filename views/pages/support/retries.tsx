import { Chosen } from '../../components/chosen.js'
import { PostForm } from '../../components/post-form.js'
import { ActForm, renderConsolePage } from './frame.js'
import type { Viewer } from './frame.js'
import type { ListedRetry } from './mails.js'

export interface RetryPageData {
  readonly viewer: Viewer
  readonly retry: ListedRetry & {
    readonly reason: string
    readonly askedBy: string
    readonly agreedBy: string | null
  }
  /** Whether whoever looks may be the second person. */
  readonly mayAgree: boolean
  /** As on a mail's page. */
  readonly version?: string | undefined
}

/** `GET /retries/{id}`: how far a retry of many has come. */
export function renderRetryPage({ viewer, retry, mayAgree, version }: RetryPageData): string {
  return renderConsolePage({
    viewer,
    title: 'Retry of many',
    place: 'mails',
    live: { eventsPath: `/retries/${retry.id}/events`, version },
    children: (
      <section class="card">
        <h1>Retry of many</h1>
        <dl class="facts">
          <div>
            <dt>Mails</dt>
            <dd>
              {retry.mails}, of which {retry.done} done{retry.refused > 0 && ` (${retry.refused} not sent)`}
            </dd>
          </div>
          <div>
            <dt>Asked by</dt>
            <dd>
              <Chosen text={retry.askedBy} />
            </dd>
          </div>
          <div>
            <dt>Agreed by</dt>
            <dd>
              {retry.agreedBy === null ? (
                retry.agreed ? (
                  'nobody else needed'
                ) : (
                  'waits for a second person'
                )
              ) : (
                <Chosen text={retry.agreedBy} />
              )}
            </dd>
          </div>
          <div>
            <dt>Reason</dt>
            <dd>
              <Chosen text={retry.reason} />
            </dd>
          </div>
        </dl>
        {mayAgree && (
          <PostForm action={`/retries/${retry.id}/agree`}>
            <button class="button primary" type="submit">
              I agree: send them
            </button>
          </PostForm>
        )}
        <p>
          <a href="/mails">To the mail board</a>
        </p>
      </section>
    ),
  })
}

export interface RetryPreviewData {
  readonly viewer: Viewer
  readonly shown: string
  readonly count: number
  readonly limit: number
  readonly secondPersonAbove: number
  /** Where the form posts to: the words of the list, apart from what is typed. */
  readonly action: string
  readonly idempotencyKey: string
}

/** `GET /mails/retry`: how many would be sent once more, before anything is done. */
export function renderRetryPreviewPage(data: RetryPreviewData): string {
  const { viewer, shown, count, limit, secondPersonAbove, action, idempotencyKey } = data
  return renderConsolePage({
    viewer,
    title: 'Retry all that match',
    place: 'mails',
    children: (
      <section class="card">
        <h1>Retry all that match</h1>
        <p class="lead">
          {shown === '' ? 'Every mail that waits for somebody' : shown}:{' '}
          <strong>{count > limit ? `more than ${limit}` : count}</strong> {count === 1 ? 'mail' : 'mails'}.
        </p>
        {count > limit ? (
          <p class="notice">At most {limit} at once. Narrow the filter.</p>
        ) : count === 0 ? (
          <p class="notice">Nothing here can be sent again.</p>
        ) : (
          <>
            {count > secondPersonAbove && (
              <p class="notice">
                More than {secondPersonAbove}: nothing leaves before a second person agrees.
              </p>
            )}
            <ActForm
              name="retry-all"
              action={action}
              hidden={{ idempotency_key: idempotencyKey }}
              label={`Send ${count} ${count === 1 ? 'mail' : 'mails'} once more`}
              explains="Those that match at this moment; one that is being sent already is left alone."
            />
          </>
        )}
        <p>
          <a href="/mails">To the mail board</a>
        </p>
      </section>
    ),
  })
}
