import type { ComponentChildren, VNode } from 'preact'
import type { Locale } from '../locale.js'

/** How each language asks a person to turn to support. */
const askings: Readonly<Record<Locale, RegExp>> = {
  en: /((?:contact|write to|tell) (?:the )?support(?: of your organization)?)/i,
  de: /((?:wenden Sie sich an den|schreiben Sie (?:sofort )?dem|sagen Sie es dem|beim|der) Support(?! sieht)(?: Ihrer Organisation)?)/i,
}

/** Whether a sentence of a locale sends a person to support. */
export const asksForSupport = (locale: Locale, text: string): boolean => askings[locale].test(text)

interface SupportTextProps {
  readonly locale: Locale
  /** `SUPPORT_CONTACT`, a `mailto:` or `https:` URI; none where the operator named none. */
  readonly contact: string | null | undefined
  /** A sentence as the locale has it, or its parts. */
  readonly text: ComponentChildren
  /** For mails, which have no style sheet. */
  readonly style?: string
}

/** A sentence whose words about turning to support are the link there; as it stands where there is nowhere to lead. */
export function SupportText({ locale, contact, text, style }: SupportTextProps): VNode {
  if (contact === null || contact === undefined) return <>{text}</>
  const linked = (part: ComponentChildren): ComponentChildren =>
    typeof part === 'string'
      ? part.split(askings[locale]).map((piece) =>
          asksForSupport(locale, piece) ? (
            <a class="inline" href={contact} style={style}>
              {piece}
            </a>
          ) : (
            piece
          ),
        )
      : part
  return <>{Array.isArray(text) ? text.map(linked) : linked(text)}</>
}

/** The same in plain text: where to turn stands behind the words, an address without `mailto:`. */
export const withSupportContact = (locale: Locale, contact: string | null, text: string): string =>
  contact === null
    ? text
    : text.replace(askings[locale], (words) => `${words} (${contact.replace(/^mailto:([^?]*).*$/, '$1')})`)
