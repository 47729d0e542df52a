import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { projectRoot, stackPaths } from './paths.js'

/** `npm run test:nodes`: the check and the journey on the newest release of each line of Node that is supported. */
const versions = ['20.20.2', '22.23.3', '24.21.0']
const root = projectRoot()
const platform = `${process.platform}-${process.arch}`

const run = async (command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/** The folder of a Node of that version: npm has one package for each platform. @throws Error where it has none */
const folderOf = async (version: string): Promise<string> => {
  const prefix = join(stackPaths(root).cache, `node-${version}`)
  const folder = join(prefix, 'node_modules', `node-${platform}`, 'bin')
  if (!existsSync(join(folder, 'node'))) {
    const wanted = `node-${platform}@${version}`
    const args = ['install', '--prefix', prefix, '--no-audit', '--no-fund', '--ignore-scripts', wanted]
    if ((await run('npm', args, process.env)) !== 0) throw new Error(`npm has no ${wanted}`)
  }
  return folder
}

const failed: string[] = []
for (const version of versions) {
  const env = { ...process.env, PATH: `${await folderOf(version)}${delimiter}${process.env['PATH'] ?? ''}` }
  console.log(`\nNode ${version}`)
  for (const args of [
    ['run', 'check'],
    ['test', '--', 'test/journey', 'test/api/first-sign-in', 'test/workflows/replay'],
  ]) {
    const code = await run('npm', args, env)
    console.log(`Node ${version}: npm ${args.join(' ')}: ${code === 0 ? 'passed' : `failed with ${code}`}`)
    if (code !== 0) failed.push(version)
  }
}
process.exitCode = failed.length === 0 ? 0 : 1
