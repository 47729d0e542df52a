import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  /** Seconds of CPU, those of children that have ended included. */
  readonly seconds: number
}

const statOf = (pid: number): Stat | null => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { pid, parent: Number(fields[1]), seconds: ticks / ticksPerSecond }
  } catch {
    return null // ended between the listing and the look
  }
}

/** Seconds of CPU that a process and its children have used so far. */
export const cpuSeconds = (of: number): number => {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? [])
  return all
    .filter(({ pid, parent }) => pid === of || parent === of)
    .reduce((sum, { seconds }) => sum + seconds, 0)
}

/** Resident memory in bytes. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
