import { chownSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** nobody, on every system we know. */
const unprivileged = 65_534

export interface SystemUser {
  readonly uid: number
  readonly gid: number
}

/**
 * Whom Postgres runs as, since it refuses root: ourselves, or, when we are root, the owner of the data folder,
 * to whom a new one is given.
 * @throws Error with a sentence that names the folder and DATABASE_URL when that user cannot reach `programs` or the data.
 */
export function postgresUser(dataDir: string, programs: string): SystemUser | undefined {
  const { uid, gid } = statSync(dataDir)
  const self = process.getuid?.()
  if (self === undefined || (self === uid && self !== 0)) return undefined
  if (self !== 0) {
    throw new Error(
      `${dataDir} belongs to another user (uid ${uid}), probably from a start as root. ` +
        'Start as that user again, delete the folder, or set DATABASE_URL to a Postgres of your own.',
    )
  }
  const user = uid === 0 ? { uid: unprivileged, gid: unprivileged } : { uid, gid }
  for (const target of [programs, dataDir]) {
    const closed = closedFolder(dirname(target), user.uid)
    if (closed === undefined) continue
    throw new Error(
      `Postgres does not run as root, and the user it would run as (uid ${user.uid}) may not enter ${closed}. ` +
        `Run \`chmod o+x ${closed}\`, start as another user, or set DATABASE_URL to a Postgres of your own.`,
    )
  }
  chownSync(dataDir, user.uid, user.gid)
  return user
}

/** The outermost folder on the way to `folder` that the user may not enter. */
function closedFolder(folder: string, uid: number): string | undefined {
  const above = dirname(folder) === folder ? undefined : closedFolder(dirname(folder), uid)
  if (above !== undefined) return above
  const { mode, uid: owner } = statSync(folder)
  return (mode & (owner === uid ? 0o100 : 0o001)) === 0 ? folder : undefined
}
