import { BlockList, isIP } from 'node:net'

/** IPv4 that no public provider has (IANA special-purpose registry, RFC 6890): own network, private, shared, link-local, tests, multicast. */
const closed4 = subnets('ipv4', [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
])

/** Of IPv6 only global unicast is public; what lies in it and is not: protocol assignments with Teredo, examples, 6to4. */
const global6 = subnets('ipv6', [['2000::', 3]])
const closed6 = subnets('ipv6', [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
])

/** IPv6 addresses that are an IPv4 address to whom they are sent: mapped (RFC 4291 2.5.5.2) and translated by NAT64 (RFC 6052 2.1). */
const carriers = ['0:0:0:0:0:ffff', '64:ff9b:0:0:0:0']

/**
 * Whether an address may be that of a provider: everything that is not certainly public is refused.
 * @param address an IP address as text, without brackets or port
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIP(address) === 4) return !closed4.check(address, 'ipv4')
  const groups = groupsOf(address)
  if (groups === null) return false
  const [high = 0, low = 0] = groups.slice(6)
  if (carriers.includes(groups.slice(0, 6).map(hex).join(':')))
    return isPublicAddress([high >> 8, high & 255, low >> 8, low & 255].join('.'))
  const plain = groups.map(hex).join(':')
  return global6.check(plain, 'ipv6') && !closed6.check(plain, 'ipv6')
}

export const isLoopbackAddress = (address: string): boolean =>
  isIP(address) === 4
    ? address.startsWith('127.')
    : groupsOf(address)?.map(hex).join(':') === '0:0:0:0:0:0:0:1'

const hex = (group: number): string => group.toString(16)

/** The eight groups of an IPv6 address; null for what is none, and for one with a zone: that is never public. */
const groupsOf = (address: string): number[] | null => {
  if (isIP(address) !== 6 || address.includes('%')) return null
  // The URL parser writes every form in one way, dotted tails too.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const read = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => parseInt(group, 16))
  if (tail === undefined) return read(head)
  const [left, right] = [read(head), read(tail)]
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
}

function subnets(family: 'ipv4' | 'ipv6', nets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family)
  return list
}
