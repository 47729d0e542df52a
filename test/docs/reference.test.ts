import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import * as cookies from '../../api/cookies.js'
import { securityHeaders } from '../../api/middleware/headers.js'
import * as staffCookies from '../../api/support/staff-cookies.js'
import { program } from '../../cli/program.js'
import { variableNames } from '../../config.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Words in the first column of a table that stand between back quotes. */
const firstColumn = (text: string): string[] =>
  [...text.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word),
  )

describe('the reference', () => {
  it('has every variable, and no other', () => {
    expect(firstColumn(read('docs/reference/configuration.md')).sort()).toEqual([...variableNames].sort())
  })

  it('has every command, and no other', () => {
    const commands = program.commands.flatMap((command) =>
      command.commands.length === 0
        ? [command.name()]
        : command.commands.map((inner) => `${command.name()} ${inner.name()}`),
    )
    const listed = firstColumn(read('docs/reference/commands.md')).filter((name) => !name.startsWith('npm '))
    expect(listed.sort()).toEqual(commands.sort())
  })

  it('names scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const listed = firstColumn(read('docs/reference/commands.md')).filter((name) => name.startsWith('npm '))
    for (const name of listed)
      expect(scripts).toHaveProperty([name.replace(/^npm (run )?/, '').split(' ')[0] ?? ''])
  })
})

describe('what browsers are told, in docs/operations.md', () => {
  const text = read('docs/operations.md')
  const attempt = '019abcde-0000-7000-8000-000000000000'

  /** The headers of an answer that sets every cookie there is. */
  const answered = async (): Promise<Headers> => {
    const app = new Koa()
    app.use(securityHeaders('https://sign-in.example', []))
    app.use((context) => {
      cookies.setSessionToken(context, 'x')
      cookies.setAttemptSecret(context, attempt, 'x')
      cookies.setConfirmationToken(context, 'x')
      cookies.setSecondFactorTicket(context, 'x')
      cookies.keepTypedForm(context, 'x')
      staffCookies.setStaffToken(context, 'x')
      staffCookies.keepSignIn(context, 'x')
      context.body = ''
    })
    const handle = app.callback()
    const server = createServer((request, response) => void handle(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await new Promise((resolve) => server.close(resolve))
    return headers
  }

  it('stands every cookie with its life, and all have the same attributes', async () => {
    const set = (await answered()).getSetCookie().map((cookie) => {
      const [, name = '', expires = '', rest] =
        /^([^=]+)=x; path=\/; expires=([^;]+); (.*)$/.exec(cookie) ?? []
      expect(rest).toBe('samesite=lax; secure; httponly')
      const minutes = Math.round((Date.parse(expires) - Date.now()) / 60_000)
      return [name.replace(attempt, '<attempt>'), minutes]
    })
    const unit: Record<string, number> = { min: 1, h: 60, days: 24 * 60 }
    const listed = [...text.matchAll(/^\| `(__Host-[^`]+)` \| (\d+) (\w+)/gm)].map(
      ([, name, count, of = '']) => [name, Number(count) * (unit[of] ?? NaN)],
    )
    expect(listed.sort()).toEqual(set.sort())
    const inCode = ['api/cookies.ts', 'api/support/staff-cookies.ts'].flatMap((file) => [
      ...read(file).matchAll(/'__Host-/g),
    ])
    expect(inCode).toHaveLength(set.length)
  })

  it('stands the Strict-Transport-Security that is sent', async () => {
    const sent = (await answered()).get('strict-transport-security')
    expect(sent).toMatch(/^max-age=\d{8}/)
    expect(text).toContain(`\`Strict-Transport-Security: ${String(sent)}\``)
  })
})

describe('every page', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path))

  it.each([...pages, 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md'])(
    '%s links to what exists',
    (page) => {
      const links = [...read(page).matchAll(/\]\(([^)#]+)(?:#[\w-]+)?\)/g)].map(([, target = '']) => target)
      const own = links.filter((target) => !/^\w+:/.test(target))
      expect(own.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
    },
  )
})
