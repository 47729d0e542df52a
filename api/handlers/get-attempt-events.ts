import type { AttemptProgress } from '../../store/attempts.js'
import { ownAttempt } from '../acts/own-attempt.js'
import { openEventStream } from '../event-stream.js'
import type { Handler } from '../route.js'

/** Server-sent events of one attempt: `stage`, `outcome` and `mail`, each with where it stands now and at every change. */
export const getAttemptEvents: Handler = ({ feed, ...dependencies }) => ({
  method: 'GET',
  path: '/attempts/:attempt/events',
  access: 'attempt',
  forHosts: true,
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    openEventStream(context, (stream) => ({
      tell: (text) => stream.write(text),
      stop: feed.follow(attempt.id, {
        progress: (progress) => stream.write(eventsOf(progress)),
        end: () => stream.end(),
      }),
    }))
  },
})

const eventsOf = ({ stage, outcome, mail }: AttemptProgress): string =>
  event('stage', { stage }) +
  (outcome === null ? '' : event('outcome', outcome)) +
  (mail === null ? '' : event('mail', { state: mail }))

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
