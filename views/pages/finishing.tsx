import { Chosen } from '../components/chosen.js'
import { Steps, type StepsProps } from '../components/steps.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'

export interface FinishingPageData {
  readonly locale: Locale
  readonly attemptId: string
  readonly organization: { readonly name: string }
  readonly provider: { readonly displayName: string }
  readonly stage: 'awaiting_provider' | 'finishing'
  /** Where to begin anew, for a page that was left open. */
  readonly restartPath: string
}

/** `GET /attempts/{id}` while it waits for something that is not the person; live, or refreshed without scripts. */
export function renderFinishingPage(data: FinishingPageData): string {
  const { locale, attemptId, organization, provider, stage, restartPath } = data
  const { finishing } = messagesFor(locale)
  const { done, current, todo } = finishing
  return renderPage({
    locale,
    title: finishing.title,
    organization: organization.name,
    live: { eventsPath: paths.attempt(attemptId, 'events'), stage },
    children: (
      <section class="card">
        <h1>{finishing.title}</h1>
        <p class="lead" role="status">
          {stage === 'finishing'
            ? finishing.working
            : finishing.checking(<Chosen text={provider.displayName} />)}
        </p>
        <Steps steps={stepsOf(locale, stage)} words={{ done, current, todo }} />
        {stage === 'awaiting_provider' && (
          <p class="after">
            <a href={restartPath}>{finishing.restart}</a>
          </p>
        )}
      </section>
    ),
  })
}

function stepsOf(locale: Locale, stage: FinishingPageData['stage']): StepsProps['steps'] {
  const { answer, decided, account, signedIn } = messagesFor(locale).finishing.steps
  if (stage === 'awaiting_provider') {
    return [
      { label: answer, state: 'current' },
      { label: account, state: 'todo' },
      { label: signedIn, state: 'todo' },
    ]
  }
  return [
    { label: decided, state: 'done' },
    { label: account, state: 'current' },
    { label: signedIn, state: 'todo' },
  ]
}
