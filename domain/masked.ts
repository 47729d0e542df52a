const hidden = '•••'

/** `n•••@p•••.example`: its owner knows it again, and nobody else can write to it. */
export const maskedAddress = (address: string): string => {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const [first = ''] = Array.from(address)
  const dot = domain.lastIndexOf('.')
  const [letter = ''] = Array.from(domain)
  return `${first}${hidden}@${letter}${hidden}${dot === -1 ? '' : domain.slice(dot)}`
}

/** The same as staff see it before they have said why: they recognize one that is named to them, and see whose mailbox it is. */
export const addressForStaff = (address: string): string => {
  const at = address.lastIndexOf('@')
  const letters = Array.from(address.slice(0, Math.max(at, 0)))
  const [first] = letters
  return first === undefined
    ? '…'
    : `${first}…${letters.length < 4 ? '' : (letters.at(-1) ?? '')}${address.slice(at)}`
}

/** A name, by its initials. */
export const maskedName = (name: string): string =>
  name
    .split(/\s+/u)
    .filter((part) => part !== '')
    .map((part) => `${Array.from(part)[0] ?? ''}…`)
    .join(' ')

/** The last four letters and digits of a subject; half of one that is short. */
export const maskedSubject = (subject: string): string => {
  const signs = subject.replace(/[^A-Za-z0-9]/g, '')
  return hidden + signs.slice(signs.length - Math.min(4, Math.floor(signs.length / 2)))
}
