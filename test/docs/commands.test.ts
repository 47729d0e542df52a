import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOwnStack } from '../dev/own-stack.js'
import type { OwnStack } from '../dev/own-stack.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'docs/tutorial/first-sign-in.md',
  'docs/how-to/first-organization.md',
  'docs/how-to/connect-a-provider.md',
  'docs/how-to/invite-members.md',
  'docs/how-to/sign-in-from-your-application.md',
  'docs/how-to/help-somebody-without-mail.md',
]

/** Blocks that are marked `sh`, as they stand. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
    ([, block = '']) => block,
  )

/** Said after each block. */
const mark = '--- next block'

describe('the commands of the documentation', () => {
  let own: OwnStack
  let folder: string
  beforeAll(async () => {
    own = createOwnStack()
    await own.start().stack()
    folder = mkdtempSync(join(tmpdir(), 'docs-commands-'))
    symlinkSync(own.data, join(folder, '.data'))
    // `npx auth-pipeline` as it is in an installed project, without asking the registry.
    const npx = join(folder, 'npx')
    const program = join(dirname(own.data), 'dist/cli/main.js')
    writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${program}" "$@"\n`)
    chmodSync(npx, 0o755)
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await own.remove()
  })

  it.each(pages)('%s', async (page) => {
    const blocks = blocksOf(page)
    expect(blocks.length).toBeGreaterThan(0)
    // One shell for the page, as its reader has one, which knows nothing but what the page tells it.
    const script = blocks.map((block) => `${block}\necho '${mark}'\n`).join('')
    const path = `${folder}${delimiter}${process.env['PATH'] ?? ''}`
    const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: folder,
      env: { PATH: path, HOME: folder },
    })
    const { stdout } = await run.catch((error: unknown) => {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
      const failed = blocks[stdout.split(mark).length - 1] ?? ''
      throw new Error(`${page}:\n${failed}\n${stderr}`, { cause: error })
    })
    const said = stdout.split(mark).slice(0, -1)
    expect(said.filter((text) => text.trim() === '')).toEqual([])
  })

  it('is a sign-in in the tutorial, to the end', () => {
    const seen = readFileSync(join(folder, 'page.html'), 'utf8')
    expect(seen).toContain('name="decision"')
  })
})
