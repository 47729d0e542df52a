import type { ChildProcess } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** What a program of ours writes: JSON lines of pino, and plain text when it crashes. */
interface LogLine {
  readonly level: number
  readonly msg?: string
  readonly err?: { readonly message?: string }
}

const levels: Readonly<Record<number, string>> = { 40: 'warn', 50: 'error', 60: 'fatal' }

export interface ChildOutput {
  /** Takes the streams of a child. */
  attach(child: ChildProcess): void
  /** The last lines that were no log lines, such as a stack trace. */
  plainText(): string
}

/** Writes all that a child says to a file; what people should know of at once goes to `show` too. */
export function createChildOutput(name: string, logFile: string, show: (line: string) => void): ChildOutput {
  let plain: string[] = []
  return {
    attach: (child) => {
      plain = []
      const file = createWriteStream(logFile, { flags: 'a' })
      for (const stream of [child.stdout, child.stderr]) {
        if (stream === null) continue
        stream.pipe(file, { end: false })
        createInterface({ input: stream }).on('line', (line) => {
          const entry = parseLine(line)
          const level = levels[entry?.level ?? 0]
          if (entry === undefined) plain = [...plain.slice(-19), line]
          else if (level !== undefined) show(`[${name}] ${level}  ${sentence(entry)}`)
        })
      }
      child.once('close', () => file.end())
    },
    plainText: () => plain.map((line) => `    ${line}`).join('\n'),
  }
}

function parseLine(line: string): LogLine | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null && 'level' in entry ? (entry as LogLine) : undefined
  } catch {
    return undefined
  }
}

function sentence({ msg, err }: LogLine): string {
  return [msg, err?.message].filter((part) => part !== undefined && part !== '').join(': ')
}
