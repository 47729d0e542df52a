import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Chosen } from './components/chosen.js'
import { ErrorSummary } from './components/error-summary.js'
import type { ErrorSummaryProps } from './components/error-summary.js'
import { consoleSheetPath } from './console-style.css.js'
import { faviconPath } from './favicon.js'
import { initials } from './initials.js'
import { liveScriptPath } from './live.js'
import type { Locale } from './locale.js'
import { messagesFor } from './messages.js'
import { paths } from './paths.js'
import { shownText } from './shown-text.js'
import { styleSheetPath } from './style.css.js'

const product = 'auth-pipeline'

interface PageFrame {
  readonly locale: Locale
  readonly title: string
  /** The organization's name in the header; the product's own where no organization is known. */
  readonly organization?: string | undefined
  /** What is wrong with a form of the page: first in its content, and the title says so before anything else. */
  readonly errorSummary?: ErrorSummaryProps
  /** The page waits for something: the stage it shows, and the events that tell of another. */
  readonly live?: { readonly eventsPath: string; readonly stage: string }
  /** Other pages beside this one; before the content, so that the skip link passes it. */
  readonly nav?: VNode
  /** The support console: wide, with its own header in the place of the owner's name. */
  readonly console?: { readonly header: VNode }
  readonly children: ComponentChildren
}

/** A whole HTML document. Nothing inline: it fits a policy of `style-src 'self'; script-src 'self'`. */
export function renderPage(frame: PageFrame): string {
  return `<!doctype html>${renderToString(<Page {...frame} />)}`
}

function Page({
  locale,
  organization,
  live,
  console,
  errorSummary,
  nav,
  children,
  ...frame
}: PageFrame): VNode {
  const { layout } = messagesFor(locale)
  return (
    <html lang={locale}>
      <Head
        {...frame}
        locale={locale}
        organization={organization}
        hasErrors={errorSummary !== undefined && errorSummary.errors.length > 0}
        waiting={live !== undefined && console === undefined}
        isConsole={console !== undefined}
      />
      <body class={console === undefined ? undefined : 'console'}>
        <a class="skip" href="#content">
          {layout.skip}
        </a>
        <header>
          {console?.header ?? <Owner organization={organization} />}
          {nav}
        </header>
        <main id="content" tabIndex={-1} data-live={live?.eventsPath} data-stage={live?.stage}>
          {errorSummary !== undefined && <ErrorSummary locale={locale} {...errorSummary} />}
          {children}
        </main>
        <footer>
          <p>{layout.signInBy}</p>
        </footer>
      </body>
    </html>
  )
}

type HeadProps = Omit<PageFrame, 'children' | 'live' | 'console' | 'errorSummary' | 'nav'> & {
  readonly hasErrors: boolean
  readonly waiting: boolean
  readonly isConsole: boolean
}

function Head({ locale, title, organization, hasErrors, waiting, isConsole }: HeadProps): VNode {
  const owner = shownText(organization ?? product)
  const heading = hasErrors ? messagesFor(locale).layout.errorTitle(title) : title
  return (
    <head>
      <meta charset="utf-8" />
      <title>{`${heading} – ${owner}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <link rel="icon" type="image/svg+xml" href={faviconPath} />
      <link rel="stylesheet" href={styleSheetPath} />
      {isConsole && <link rel="stylesheet" href={consoleSheetPath} />}
      <script src={liveScriptPath} defer />
      {waiting && (
        <noscript>
          <meta http-equiv="refresh" content="2" />
        </noscript>
      )}
    </head>
  )
}

function Owner({ organization }: { readonly organization: string | undefined }): VNode {
  if (organization === undefined) {
    return (
      <a class="owner" href={paths.home}>
        <span class="monogram">a</span>
        {product}
      </a>
    )
  }
  return (
    <p class="owner">
      <span class="monogram" aria-hidden="true">
        {initials(organization)}
      </span>
      <Chosen text={organization} />
    </p>
  )
}
