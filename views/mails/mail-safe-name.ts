const longest = 40

/**
 * An organization's name as it may stand in a mail to an unproven address: at most 40 letters, digits and
 * single spaces, so that nobody can write a message, a link or a header line into our mail (spec: mail, "content").
 * @returns possibly an empty string, when the name has no letter and no digit
 */
export function mailSafeName(name: string): string {
  const words = name.normalize('NFKC').replace(/[^\p{L}\p{Nd}]+/gu, ' ')
  return Array.from(words.trim()).slice(0, longest).join('').trim()
}

/** A name of an organization or a provider in a mail; `nameless` where nothing of it is left. */
export const nameInMail = (name: string, nameless: string): string => {
  const safe = mailSafeName(name)
  return safe === '' ? nameless : safe
}
