import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Chosen } from '../components/chosen.js'
import { SupportText, withSupportContact } from '../components/support-text.js'
import type { Locale } from '../locale.js'
import { MailFrame, mailStyles } from './mail-frame.js'

/** What every mail says, in its order. Whatever somebody else chose was made harmless before (`mail-safe-name`, `shown-text`). */
export interface Letter {
  readonly locale: Locale
  /** The line above the heading, and the signature of the text. */
  readonly organization: string
  readonly subject: string
  readonly heading: string
  readonly opening: readonly string[]
  /** An address or an identity, on a line of its own. */
  readonly shown?: string
  /** Six digits. */
  readonly code?: string
  readonly items?: readonly string[]
  readonly button?: { readonly label: string; readonly link: string }
  /** How long the link works. */
  readonly life?: string
  /** What stands before the link in plain sight, where it does. */
  readonly plainLink?: string
  readonly closing: readonly string[]
  /** Where the closing's words about support lead, a URI; null where nowhere. */
  readonly supportContact?: string | null
  /** A way out for who did not ask for this. */
  readonly otherwise?: { readonly label: string; readonly link: string }
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Subject, plain text and HTML of a letter; the HTML says nothing that the text does not. */
export const renderLetter = (letter: Letter): RenderedMail => ({
  subject: letter.subject,
  text: renderText(letter),
  html: `<!doctype html>${renderToString(<Html {...letter} />)}`,
})

const renderText = (letter: Letter): string =>
  [
    letter.opening.join('\n'),
    letter.shown,
    letter.code,
    letter.items?.map((item) => `- ${item}`).join('\n'),
    letter.button?.link,
    letter.life,
    ...letter.closing.map((line) => withSupportContact(letter.locale, letter.supportContact ?? null, line)),
    letter.otherwise === undefined ? undefined : `${letter.otherwise.label}\n${letter.otherwise.link}`,
    `-- \n${letter.organization}\n`,
  ]
    .filter((part) => part !== undefined)
    .join('\n\n')

const linkStyle = 'color:#0c6b58;overflow-wrap:anywhere'

function Html(letter: Letter): VNode {
  const { paragraph, strong, button, code, small } = mailStyles
  return (
    <MailFrame
      locale={letter.locale}
      title={letter.subject}
      organization={letter.organization}
      heading={letter.heading}
    >
      {letter.opening.map((line) => (
        <p key={line} style={paragraph}>
          {line}
        </p>
      ))}
      {letter.shown !== undefined && (
        <p style={strong}>
          <Chosen text={letter.shown} />
        </p>
      )}
      {letter.code !== undefined && <p style={code}>{letter.code}</p>}
      {letter.items !== undefined && (
        <ul style={paragraph}>
          {letter.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ul>
      )}
      {letter.button !== undefined && (
        <p style={paragraph}>
          <a href={letter.button.link} class="button" style={button}>
            {letter.button.label}
          </a>
        </p>
      )}
      {letter.life !== undefined && <p style={paragraph}>{letter.life}</p>}
      {letter.button !== undefined && letter.plainLink !== undefined && (
        <p class="soft" style={small}>
          {letter.plainLink}
          <br />
          <a href={letter.button.link} class="accent" style={linkStyle}>
            {letter.button.link}
          </a>
        </p>
      )}
      {letter.closing.map((line) => (
        <p key={line} class="soft" style={small}>
          <SupportText locale={letter.locale} contact={letter.supportContact} text={line} style={linkStyle} />
        </p>
      ))}
      {letter.otherwise !== undefined && (
        <p class="soft" style={small}>
          <a href={letter.otherwise.link} class="accent" style={linkStyle}>
            {letter.otherwise.label}
          </a>
        </p>
      )}
    </MailFrame>
  )
}
