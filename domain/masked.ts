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

/** The last four letters and digits of a subject; half of one that is short. */
export const maskedSubject = (subject: string): string => {
  const signs = subject.replace(/[^A-Za-z0-9]/g, '')
  return hidden + signs.slice(signs.length - Math.min(4, Math.floor(signs.length / 2)))
}
