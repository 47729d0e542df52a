import type { ComponentChildren, VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'

/** The frame of every demo page: one stylesheet, one `main`. A live page has the site's script, or is loaded anew every 2 s. */
export function Page({
  title,
  site,
  live = false,
  children,
}: {
  title: string
  site: string
  live?: boolean
  children: ComponentChildren
}) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/style.css" />
        {live && <script src="/live.js" defer />}
        {live && (
          <noscript>
            <meta http-equiv="refresh" content="2" />
          </noscript>
        )}
      </head>
      <body>
        <header class="site">
          <a href="/">{site}</a>
          <span class="note">for development, on this machine only</span>
        </header>
        <main>{children}</main>
      </body>
    </html>
  )
}

/** A page as text, ready to be sent as `text/html`. */
export function pageHtml(page: VNode): string {
  return `<!doctype html>${renderToString(page)}`
}
