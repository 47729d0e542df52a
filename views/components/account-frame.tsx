import type { ComponentChildren, VNode } from 'preact'
import { accountMessagesFor } from '../account-messages.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { paths } from '../paths.js'
import type { ErrorSummaryProps } from './error-summary.js'

const tabs = [
  ['account', paths.account],
  ['signIn', paths.accountSignIn],
  ['sessions', paths.accountSessions],
  ['events', paths.accountEvents],
] as const

interface AccountFrameProps {
  readonly locale: Locale
  readonly title: string
  readonly organization: string | undefined
  /** Which of the pages this is; none of them where it is a step of one. */
  readonly current?: (typeof tabs)[number][0] | undefined
  readonly errorSummary?: ErrorSummaryProps
  readonly children: ComponentChildren
}

/** A page of the account, with the way to the others. */
export function renderAccountFrame({ current, children, ...frame }: AccountFrameProps): string {
  return renderPage({
    ...frame,
    nav: <Tabs locale={frame.locale} current={current} />,
    children: (
      <section class="card">
        <h1>{frame.title}</h1>
        {children}
      </section>
    ),
  })
}

function Tabs({ locale, current }: Pick<AccountFrameProps, 'locale' | 'current'>): VNode {
  const { nav } = accountMessagesFor(locale)
  return (
    <nav class="tabs" aria-label={nav.label}>
      <ul>
        {tabs.map(([name, href]) => (
          <li key={name}>
            <a href={href} aria-current={name === current ? 'page' : undefined}>
              {nav[name]}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
