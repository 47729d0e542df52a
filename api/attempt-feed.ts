import type { AttemptProgress } from '../store/attempts.js'
import type { Database } from '../store/stores.js'

interface Follower<Progress> {
  /** Where the attempt stands: first now, then at each change. */
  progress(progress: Progress): void
  /** The process stops; nothing more comes from here. */
  end(): void
}

/** Tells open pages where their attempts stand. */
export interface Feed<Progress> {
  /** @returns how to stop */
  follow(attemptId: string, follower: Follower<Progress>): () => void
  close(): void
}

const intervalMs = 1_000

/** For the pages of people. */
export type AttemptFeed = Feed<AttemptProgress>

export const createAttemptFeed = (database: Pick<Database, 'attempts'>): AttemptFeed =>
  createFeed((attemptIds) => database.attempts.listProgress(attemptIds))

/** One statement a second serves all open pages of this process; none is sent while no page is open. */
export const createFeed = <Progress extends { readonly id: string }>(
  list: (attemptIds: readonly string[]) => Promise<Progress[]>,
): Feed<Progress> => {
  /** By attempt: who follows it, and what each was told last. */
  const followers = new Map<string, Map<Follower<Progress>, string>>()
  let timer: NodeJS.Timeout | undefined

  const look = async (): Promise<void> => {
    // An outage shows on the page as no news; the next look may succeed.
    const all = await list([...followers.keys()]).catch(() => [])
    for (const progress of all) tell(progress)
    timer = followers.size === 0 ? undefined : setTimeout(() => void look(), intervalMs)
  }
  const tell = (progress: Progress): void => {
    const words = JSON.stringify(progress)
    for (const [follower, last] of followers.get(progress.id) ?? []) {
      if (last === words) continue
      followers.get(progress.id)?.set(follower, words)
      follower.progress(progress)
    }
  }

  return {
    follow(attemptId, follower) {
      const ofAttempt = followers.get(attemptId) ?? new Map<Follower<Progress>, string>()
      followers.set(attemptId, ofAttempt.set(follower, ''))
      timer ??= setTimeout(() => void look(), 0)
      return () => {
        ofAttempt.delete(follower)
        if (ofAttempt.size === 0 && followers.get(attemptId) === ofAttempt) followers.delete(attemptId)
      }
    },
    close() {
      clearTimeout(timer)
      const all = [...followers.values()].flatMap((ofAttempt) => [...ofAttempt.keys()])
      followers.clear()
      for (const follower of all) follower.end()
    },
  }
}
