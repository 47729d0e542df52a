import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
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
