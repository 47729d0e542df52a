import type { Context } from 'koa'
import type { StaffSession } from '../../store/staff.js'
import type { Database } from '../../store/stores.js'
import { createFeed } from '../attempt-feed.js'
import type { Feed } from '../attempt-feed.js'
import { openEventStream } from '../event-stream.js'
import type { SupportDependencies } from './dependencies.js'
import type { SupportHandler } from './route.js'

type ConsoleFeed = Feed<{ readonly id: string; readonly version: string }>

/** Tell open pages of the console that there is more to see. */
export interface ConsoleFeeds {
  readonly attempts: ConsoleFeed
  readonly mails: ConsoleFeed
  readonly retries: ConsoleFeed
}

export const createConsoleFeeds = ({
  attemptStory,
  mailBoard,
  staffRetries,
}: Pick<Database, 'attemptStory' | 'mailBoard' | 'staffRetries'>): ConsoleFeeds => ({
  attempts: createFeed((ids) => attemptStory.listVersions(ids)),
  mails: createFeed((ids) => mailBoard.listVersions(ids)),
  retries: createFeed((ids) => staffRetries.listVersions(ids)),
})

export const closeConsoleFeeds = (feeds: ConsoleFeeds): void => {
  for (const feed of [feeds.attempts, feeds.mails, feeds.retries]) feed.close()
}

/**
 * The events of a page that is kept up to date: `stage` with the version of what it shows, now and at each change.
 * @param find the thing that the path names, within what this person may see
 */
export const liveEvents =
  (
    path: string,
    kind: keyof ConsoleFeeds,
    find: (
      dependencies: SupportDependencies,
      context: Context,
      staff: StaffSession,
    ) => Promise<{ readonly id: string }>,
  ): SupportHandler =>
  (dependencies) => ({
    method: 'GET',
    path,
    role: 'view',
    async handle(context, staff) {
      const { id } = await find(dependencies, context, staff)
      openEventStream(context, (stream) => {
        /** Only as long as the session goes on; where that cannot be asked, nothing is told. */
        const tell = async (text: string): Promise<void> => {
          const isLive = await dependencies.database.staff.isLive(staff.id).catch(() => null)
          if (isLive === false) stream.end()
          else if (isLive === true && !stream.writableEnded) stream.write(text)
        }
        const stop = dependencies.feeds[kind].follow(id, {
          progress: ({ version }) =>
            void tell(`event: stage\ndata: ${JSON.stringify({ stage: version })}\n\n`),
          end: () => stream.end(),
        })
        return { tell: (text) => void tell(text), stop }
      })
    },
  })
