import type { StackFile } from './stack-file.js'

/** What a person needs once the stack is up: where to begin, and where to look. */
export function closingList(stack: Omit<StackFile, 'pids'>, logs: string): string {
  const rows: [name: string, address: string | null][] = [
    ['Start here', stack.provider],
    ['Support console', stack.support],
    ['Mail inbox', stack.inbox],
    ['Temporal Web UI', stack.temporal_ui],
    ['Break it yourself', stack.break_it],
    ...stack.organizations.map((name): [string, string] => [
      `Sign in to ${name}`,
      `${stack.api}/sso/${name}`,
    ]),
    ['Metrics', `${stack.metrics}/metrics`],
    ['Postgres', withoutPassword(stack.postgres)],
    ['Logs', logs],
  ]
  return rows
    .flatMap(([name, address]) => (address === null ? [] : [`  ${name.padEnd(17)} ${address}`]))
    .join('\n')
}

/** A connection string as it may stand on a terminal. */
export function withoutPassword(databaseUrl: string): string {
  const url = new URL(databaseUrl)
  return `${url.protocol}//${url.host}${url.pathname}`
}
