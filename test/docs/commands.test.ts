import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { createOwnStack } from '../dev/own-stack.js'
import type { OwnStack } from '../dev/own-stack.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'docs/tutorial/first-sign-in.md',
  'docs/how-to/connect-a-provider.md',
  'docs/how-to/sign-in-from-your-application.md',
  'docs/how-to/help-somebody-without-mail.md',
]

/** Blocks that are marked `sh`, as they stand. */
const blocksOf = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(
    ([, block = '']) => block,
  )

describe('the commands of the documentation', () => {
  let own: OwnStack
  let folder: string
  let env: NodeJS.ProcessEnv
  beforeAll(async () => {
    own = createOwnStack()
    await own.start().stack()
    folder = mkdtempSync(join(tmpdir(), 'docs-commands-'))
    // `npx auth-pipeline` as it is in an installed project, without asking the registry.
    const npx = join(folder, 'npx')
    writeFileSync(
      npx,
      `#!/bin/sh\nshift\nexec "${process.execPath}" "${join(root, 'dist/cli/main.js')}" "$@"\n`,
    )
    chmodSync(npx, 0o755)
    const told = parseEnv(readFileSync(join(own.data, 'stack.env'), 'utf8')) as Record<string, string>
    env = {
      ...process.env,
      ...told,
      NODE_OPTIONS: '',
      PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
    }
  })
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true })
    await own.remove()
  })

  it.each(pages)(
    '%s',
    async (page) => {
      const blocks = blocksOf(page)
      expect(blocks.length).toBeGreaterThan(0)
      for (const block of blocks) {
        const run = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', block], { cwd: folder, env })
        const { stdout } = await run.catch((error: unknown) => {
          throw new Error(`${page}:\n${block}\n${(error as { stderr?: string }).stderr ?? ''}`, {
            cause: error,
          })
        })
        expect(stdout).not.toBe('')
      }
    },
    60_000,
  )

  it('is a sign-in in the tutorial, to the end', () => {
    const seen = readFileSync(join(folder, 'page.html'), 'utf8')
    expect(seen).toContain('name="decision"')
  })
})
