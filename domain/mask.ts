/** An address as staff see it before they have said why: enough to recognize one that is named to them. */
export const maskAddress = (address: string): string => {
  const at = address.lastIndexOf('@')
  const [local, domain] = [address.slice(0, at), address.slice(at)]
  return at < 1
    ? '…'
    : local.length < 4
      ? `${local.slice(0, 1)}…${domain}`
      : `${local.slice(0, 1)}…${local.slice(-1)}${domain}`
}

/** A name, by its initials. */
export const maskName = (name: string): string =>
  name
    .split(/\s+/u)
    .filter((part) => part !== '')
    .map((part) => `${Array.from(part)[0] ?? ''}…`)
    .join(' ')
