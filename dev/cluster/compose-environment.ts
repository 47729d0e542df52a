import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectRoot } from '../paths.js'

/** What docker-compose.yml tells a service, its variables filled from `given`. @throws Error for one that is not given */
export const composeEnvironment = (
  service: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> => {
  const text = readFileSync(join(projectRoot(), 'docker-compose.yml'), 'utf8')
  const { services } = parse(text, { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> } | undefined>
  }
  return Object.fromEntries(
    Object.entries(services[service]?.environment ?? {}).map(([name, value]) => [name, fill(value, given)]),
  )
}

const fill = (text: string, given: Readonly<Record<string, string>>): string =>
  text.replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind: string | undefined, rest: string | undefined) => {
      const value = given[name] ?? (kind === '-' ? (rest ?? '') : undefined)
      if (value === undefined)
        throw new Error(`${name} is not given: ${rest ?? 'docker-compose.yml wants it'}`)
      return value
    },
  )
