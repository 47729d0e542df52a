import type { ComponentChildren, VNode } from 'preact'
import type { Locale } from '../locale.js'

// No colour is six digits: programs that look for a code in the HTML would find it.
// Mail programs drop style sheets in part or whole, so the light look stands in the elements themselves.
export const mailStyles = {
  paragraph: 'margin:0 0 16px;font-size:16px;line-height:1.5',
  strong: 'margin:0 0 24px;font-size:18px;line-height:1.4;font-weight:600;overflow-wrap:anywhere',
  code: 'margin:0 0 24px;font-size:32px;line-height:1.2;font-weight:600;letter-spacing:0.16em;font-variant-numeric:tabular-nums',
  small: 'margin:0 0 16px;font-size:14px;line-height:1.5;color:#595d5a',
  button:
    'display:inline-block;padding:13px 22px;border-radius:10px;background-color:#0c6b58;color:#ffffff;font-weight:600;text-decoration:none',
} as const

const bodyStyle =
  'margin:0;padding:32px 16px;background-color:#f5f4f1;color:#1c1e1d;font-family:system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif'
const cardStyle =
  'max-width:480px;margin:0 auto;padding:32px;border:1px solid #e0ded8;border-radius:16px;background-color:#ffffff'

const darkRules = `:root{color-scheme:light dark}
@media (prefers-color-scheme:dark){
body{background-color:#0f1211!important;color:#eceeed!important}
.card{background-color:#1b1e1d!important;border-color:#343a38!important}
.soft{color:#a6aeab!important}
.accent{color:#62d3b4!important}
.button{background-color:#62d3b4!important;color:#06231c!important}
}`

interface MailFrameProps {
  readonly locale: Locale
  readonly title: string
  readonly organization: string
  readonly heading: string
  readonly children: ComponentChildren
}

/** The HTML document around a mail: no tables, no pictures, nothing that is fetched. */
export function MailFrame({ locale, title, organization, heading, children }: MailFrameProps): VNode {
  return (
    <html lang={locale}>
      <head>
        <meta charset="utf-8" />
        <title>{title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        {/* Constant text of ours; JSX would escape it, and style sheets know no entities. */}
        <style dangerouslySetInnerHTML={{ __html: darkRules }} />
      </head>
      <body style={bodyStyle}>
        <main class="card" style={cardStyle}>
          <p class="soft" style="margin:0 0 8px;font-size:14px;color:#595d5a">
            {organization}
          </p>
          <h1 style="margin:0 0 20px;font-size:24px;line-height:1.25;letter-spacing:-0.01em">{heading}</h1>
          {children}
        </main>
      </body>
    </html>
  )
}
