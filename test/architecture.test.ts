import { describe, expect, it } from '@jest/globals'
import { parseSourceFile, readSourceFiles } from './support/source-files.js'
import type { Import, SourceFile } from './support/source-files.js'

interface Room {
  /** Folders and modules of ours that it may load. */
  readonly loads: readonly string[]
  /** Those of which it may only know the types. */
  readonly types?: readonly string[]
  /** `node:` for every module of Node. */
  readonly packages: readonly string[]
}

/** The import table of ARCHITECTURE.md. The longest name that fits a module counts; a folder may always load itself. */
const rooms: Readonly<Record<string, Room>> = {
  domain: { loads: [], packages: [] },
  'workflows/contract': { loads: ['domain'], packages: ['@temporalio/common'] },
  workflows: { loads: ['domain'], types: ['activities'], packages: ['@temporalio/workflow'] },
  activities: {
    loads: ['domain', 'views'],
    types: ['store', 'clients'],
    packages: ['node:', '@temporalio/common'],
  },
  store: { loads: ['domain'], packages: ['node:', 'pg', 'node-pg-migrate'] },
  clients: {
    loads: ['domain', 'workflows/contract'],
    packages: [
      'node:',
      '@node-rs/argon2',
      'openid-client',
      'otplib',
      'jose',
      'pino',
      'prom-client',
      '@sendgrid/client',
      '@sendgrid/mail',
      '@temporalio/client',
      '@temporalio/common',
      '@temporalio/envconfig',
      '@temporalio/proto',
    ],
  },
  views: { loads: ['domain'], packages: ['node:', 'preact', 'preact-render-to-string'] },
  support: {
    loads: ['domain', 'activities'],
    types: ['store', 'clients'],
    packages: ['node:'],
  },
  api: {
    loads: ['domain', 'views', 'support', 'workflows/contract'],
    types: ['store', 'clients'],
    packages: ['node:', 'koa', '@koa/bodyparser', '@koa/cors', '@koa/router', 'zod'],
  },
  worker: {
    loads: ['domain', 'workflows', 'activities', 'support'],
    types: ['store', 'clients'],
    packages: [
      'node:',
      '@temporalio/activity',
      '@temporalio/proto',
      '@temporalio/worker',
      '@temporalio/common',
    ],
  },
  cli: {
    loads: ['domain', 'views', 'workflows', 'activities', 'support', 'worker', 'config'],
    types: ['store', 'clients'],
    packages: ['node:', 'commander'],
  },
  config: { loads: [], packages: ['node:', 'zod'] },
}
const anything = ['dev', 'test', 'bench']

/** They alone construct stores and clients, and read the configuration. */
const compositionRoots = ['api/main', 'worker/main', 'cli/program']
const constructed = { loads: ['store', 'clients', 'config'], packages: ['@temporalio/envconfig'] }

const isIn = (name: string, place: string): boolean =>
  name === place || name.startsWith(place.endsWith(':') ? place : `${place}/`)
const folderOf = (module: string): string => module.split('/', 1)[0] ?? ''

const roomOf = (module: string): Room | undefined => {
  const [name] = Object.keys(rooms)
    .filter((place) => isIn(module, place))
    .sort((a, b) => b.length - a.length)
  const room = name === undefined ? undefined : rooms[name]
  if (room === undefined || !compositionRoots.includes(module)) return room
  return {
    ...room,
    loads: [...room.loads, ...constructed.loads],
    packages: [...room.packages, ...constructed.packages],
  }
}

/** What a file imports that the table does not allow. */
const breaches = ({ module, imports }: SourceFile): string[] => {
  if (anything.includes(folderOf(module))) return []
  const room = roomOf(module)
  if (room === undefined) return [`${module} lies in no folder of the table`]
  const isAllowed = ({ target, ours, typeOnly }: Import): boolean => {
    if (!ours) return room.packages.some((place) => isIn(target, place))
    const places = [folderOf(module), ...room.loads, ...(typeOnly ? (room.types ?? []) : [])]
    return places.some((place) => isIn(target, place))
  }
  return imports
    .filter((found) => !isAllowed(found))
    .map(({ target, typeOnly }) => `${module} imports ${typeOnly ? 'a type of ' : ''}${target}`)
}

/** Packages of one maker count as one: `@temporalio/client` and `@temporalio/envconfig`. */
const vendors = ({ imports }: SourceFile): string[] => {
  const packages = imports.filter(({ target, ours }) => !ours && !target.startsWith('node:'))
  return [...new Set(packages.map(({ target }) => folderOf(target)))]
}

/** Groups of modules that load each other: the strongly connected components of more than one module. */
const cycles = (files: readonly SourceFile[]): string[][] => {
  const loads = new Map(
    files.map(({ module, imports }) => [
      module,
      imports.filter(({ ours, typeOnly }) => ours && !typeOnly).map(({ target }) => target),
    ]),
  )
  const reachable = (from: string): Set<string> => {
    const seen = new Set<string>()
    const open = [...(loads.get(from) ?? [])]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue
      seen.add(next)
      open.push(...(loads.get(next) ?? []))
    }
    return seen
  }
  const reach = new Map([...loads.keys()].map((module) => [module, reachable(module)]))
  const groups = [...reach].map(([module, reached]) =>
    [...reached].filter((other) => reach.get(other)?.has(module)).sort(),
  )
  return [...new Set(groups.filter(({ length }) => length > 0).map((group) => group.join(' ')))].map(
    (group) => group.split(' '),
  )
}

const namesThatSayNothing = ['utils', 'util', 'helpers', 'helper', 'common', 'shared', 'misc']
const longestFile = 300

const files = readSourceFiles()

describe('the project', () => {
  it('is read whole', () => {
    const folders = new Set(files.map(({ module }) => folderOf(module)))
    expect([...folders]).toEqual(expect.arrayContaining([...Object.keys(rooms).map(folderOf), 'dev', 'test']))
  })

  it('imports only what the table allows', () => {
    expect(files.flatMap(breaches)).toEqual([])
  })

  it('speaks to one outside system in each file of clients/', () => {
    const mixed = files.filter((file) => file.module.startsWith('clients/') && vendors(file).length > 1)
    expect(mixed.map(({ module }) => module)).toEqual([])
  })

  it('has no modules that load each other', () => {
    expect(cycles(files)).toEqual([])
  })

  it(`has no file of more than ${longestFile} lines outside its tests`, () => {
    const long = files.filter(
      ({ module, lines }) => lines > longestFile && !['test', 'bench'].includes(folderOf(module)),
    )
    expect(long.map(({ module, lines }) => `${module}: ${lines}`)).toEqual([])
  })

  it('has no file or folder whose name says nothing', () => {
    const named = ({ module }: SourceFile): boolean =>
      module.split('/').some((part) => namesThatSayNothing.includes(part))
    expect(files.filter(named).map(({ module }) => module)).toEqual([])
  })
})

describe('the checks', () => {
  it.each([
    ['domain/policy.ts', `import { readFileSync } from 'node:fs'`],
    ['domain/policy.ts', `import type { Pool } from 'pg'`],
    ['domain/policy.ts', `export { createPool } from '../store/pool.js'`],
    ['workflows/story.ts', `import { createSettle } from '../activities/settle.js'`],
    ['workflows/story.ts', `import { type Settled } from '../activities/contract.js'`],
    ['workflows/story.ts', `import { Client } from '@temporalio/client'`],
    ['activities/settle.ts', `import { createPool } from '../store/pool.js'`],
    ['activities/settle.ts', `import '../clients/oidc.js'`],
    ['activities/settle.ts', `const pool = await import('../store/pool.js')`],
    ['api/app.ts', `import pg from 'pg'`],
    ['api/app.ts', `import { readConfig } from '../config.js'`],
    ['api/acts/decide.ts', `import { AuthPipelineWorkflow } from '../../workflows/auth-pipeline.js'`],
    ['api/acts/decide.ts', `type Settle = import('../../activities/settle.js').Settle`],
    ['store/users.ts', `import type { Context } from 'koa'`],
    ['lib/users.ts', ``],
  ])('find the breach in %s: %s', (path, text) => {
    expect(breaches(parseSourceFile(path, text))).toHaveLength(1)
  })

  it.each([
    ['workflows/story.ts', `import type { Settled } from '../activities/contract.js'`],
    ['activities/settle.ts', `export type { Stores } from '../store/stores.js'`],
    ['api/main.ts', `import { createPool } from '../store/pool.js'`],
    ['api/acts/decide.ts', `import { taskQueues } from '../../workflows/contract.js'`],
    ['dev/main.ts', `import { createPool } from '../store/pool.js'`],
  ])('find none in %s: %s', (path, text) => {
    expect(breaches(parseSourceFile(path, text))).toEqual([])
  })

  it('find modules that load each other, and not those that only know each other by type', () => {
    const texts = {
      'domain/a.ts': `import { b } from './b.js'`,
      'domain/b.ts': `import { c } from './c.js'`,
      'domain/c.tsx': `import { a } from './a.js'; import type { D } from './d.js'`,
      'domain/d.ts': `import { c } from './c.js'`,
    }
    const planted = Object.entries(texts).map(([path, text]) => parseSourceFile(path, text))
    expect(cycles(planted)).toEqual([['domain/a', 'domain/b', 'domain/c']])
  })
})
