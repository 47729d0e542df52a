import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { writeStackEnvironment } from '../../dev/stack-environment.js'

describe('writeStackEnvironment', () => {
  let folder: string
  let file: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stack-environment-'))
    file = join(folder, 'stack.env')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('tells what configures the product and nothing else, to its owner only', () => {
    const told = {
      DATABASE_URL: 'postgres://user:a%23b$c@127.0.0.1/x?y=1 #2',
      MAIL_FROM: `O'Hara "Sign-in" <a@b.example>`,
      TEMPORAL_ADDRESS: '127.0.0.1:7233',
    }
    writeStackEnvironment(file, { ...told, PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'x', LOG_LEVEL: undefined })
    expect(parseEnv(readFileSync(file, 'utf8'))).toEqual(told)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})
