import { createSocket } from 'node:dgram'

/** What a name has: addresses by family, or texts. */
interface Zone {
  readonly A?: readonly string[]
  readonly AAAA?: readonly string[]
  readonly TXT?: readonly string[]
}

export interface DnsServer {
  /** `address:port`, as a resolver takes it. */
  readonly address: string
  /** Names asked for, oldest first: `A id.example`. */
  readonly questions: readonly string[]
  /** What a name has from now on; a function is asked at each question. */
  set(name: string, zone: Zone | (() => Zone)): void
  /** From now on it hears and says nothing. */
  mute(muted: boolean): void
  close(): Promise<void>
}

const types = { A: 1, TXT: 16, AAAA: 28 } as const
const noSuchName = 3

/** A name server on loopback that knows what it is told (RFC 1035 section 4). */
export const startDnsServer = async (): Promise<DnsServer> => {
  const zones = new Map<string, Zone | (() => Zone)>()
  const questions: string[] = []
  let silent = false
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    if (silent) return
    const { name, type, end } = readQuestion(query)
    const kind = Object.entries(types).find(([, number]) => number === type)?.[0] as keyof Zone | undefined
    questions.push(`${kind ?? type} ${name}`)
    const told = zones.get(name.toLowerCase())
    const zone = typeof told === 'function' ? told() : told
    const records = (kind === undefined ? [] : (zone?.[kind] ?? [])).map((value) => record(type, value))
    const head = Buffer.alloc(12)
    query.copy(head, 0, 0, 2)
    head.writeUInt16BE(0x8180 | (zone === undefined ? noSuchName : 0), 2)
    head.writeUInt16BE(1, 4)
    head.writeUInt16BE(records.length, 6)
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  return {
    address: `127.0.0.1:${port}`,
    questions,
    set: (name, zone) => void zones.set(name.toLowerCase(), zone),
    mute(muted) {
      silent = muted
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

const readQuestion = (query: Buffer): { name: string; type: number; end: number } => {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += length + 1
  }
  return { name: labels.join('.'), type: query.readUInt16BE(at + 1), end: at + 5 }
}

/** A record of the name asked for, good for no time at all. */
const record = (type: number, value: string): Buffer => {
  const data = dataOf(type, value)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(type, 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

const dataOf = (type: number, value: string): Buffer => {
  if (type === types.A) return Buffer.from(value.split('.').map(Number))
  if (type === types.TXT) return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')])
  const [head = '', tail = ''] = value.split('::')
  const read = (text: string): number[] => (text === '' ? [] : text.split(':').map((g) => parseInt(g, 16)))
  const [left, right] = [read(head), read(tail)]
  const groups = [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 255]))
}
