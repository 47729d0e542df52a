import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { Chosen } from '../components/chosen.js'
import { formatDayAndClock, formatTimeLeft } from '../format.js'
import type { Locale } from '../locale.js'
import { shownText } from '../shown-text.js'
import { MailFrame, mailStyles } from './mail-frame.js'
import { mailMessagesFor } from './mail-messages.js'
import { mailSafeName } from './mail-safe-name.js'

export interface ConfirmationMail {
  readonly locale: Locale
  /** As the organization wrote it; reduced here. */
  readonly organizationName: string
  readonly address: string
  /** Absolute, from the configured public origin. */
  readonly link: string
  /** When the mail is sent, for the honest time left. */
  readonly now: Date
  readonly expiresAt: Date
  /** Adds a line of welcome. */
  readonly isNewUser: boolean
  readonly reminder: boolean
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The mail that asks whether an address belongs to its account (spec: pipeline 5, mail "content"). */
export function renderConfirmationMail(mail: ConfirmationMail): RenderedMail {
  const words = wordsFor(mail)
  return {
    subject: words.subject,
    text: renderText(words),
    html: `<!doctype html>${renderToString(<Html {...words} />)}`,
  }
}

type Words = ReturnType<typeof wordsFor>

function wordsFor({
  locale,
  organizationName,
  address,
  link,
  now,
  expiresAt,
  isNewUser,
  reminder,
}: ConfirmationMail) {
  const { someOrganization, confirmation: t } = mailMessagesFor(locale)
  const safeName = mailSafeName(organizationName)
  const organization = safeName === '' ? someOrganization : safeName
  const opening = [...(isNewUser ? [t.welcome(organization)] : []), ...(reminder ? [t.reminder] : [])]
  return {
    locale,
    organization,
    subject: reminder ? t.reminderSubject(organization) : t.subject(organization),
    heading: t.heading,
    opening: [...opening, t.please],
    address: shownText(address),
    button: t.button,
    plainLink: t.plainLink,
    link,
    life: t.life(formatTimeLeft(locale, now, expiresAt), formatDayAndClock(locale, expiresAt)),
    ignore: t.ignore,
  }
}

function renderText({ opening, address, link, life, ignore, organization }: Words): string {
  return [opening.join('\n'), address, link, life, ignore, `-- \n${organization}\n`].join('\n\n')
}

function Html(words: Words): VNode {
  const { paragraph, strong, button, small } = mailStyles
  return (
    <MailFrame
      locale={words.locale}
      title={words.subject}
      organization={words.organization}
      heading={words.heading}
    >
      {words.opening.map((line) => (
        <p key={line} style={paragraph}>
          {line}
        </p>
      ))}
      <p style={strong}>
        <Chosen text={words.address} />
      </p>
      <p style={paragraph}>
        <a href={words.link} class="button" style={button}>
          {words.button}
        </a>
      </p>
      <p style={paragraph}>{words.life}</p>
      <p class="soft" style={small}>
        {words.plainLink}
        <br />
        <a href={words.link} class="accent" style="color:#0c6b58;overflow-wrap:anywhere">
          {words.link}
        </a>
      </p>
      <p class="soft" style={small}>
        {words.ignore}
      </p>
    </MailFrame>
  )
}
