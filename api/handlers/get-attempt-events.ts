import { PassThrough } from 'node:stream'
import type { AttemptProgress } from '../../store/attempts.js'
import { ownAttempt } from '../acts/own-attempt.js'
import type { Handler } from '../route.js'

/** Proxies cut connections on which nothing passes for a minute or less. */
const heartbeatMs = 15_000

/** Server-sent events of one attempt: `stage`, `outcome` and `mail`, each with where it stands now and at every change. */
export const getAttemptEvents: Handler = ({ feed, ...dependencies }) => ({
  method: 'GET',
  path: '/attempts/:attempt/events',
  access: 'attempt',
  async handle(context) {
    const attempt = await ownAttempt(dependencies, context)
    context.set('X-Accel-Buffering', 'no')
    context.type = 'text/event-stream'
    context.status = 200
    if (context.method === 'HEAD') return

    const stream = new PassThrough()
    const heartbeat = setInterval(() => stream.write(': \n\n'), heartbeatMs)
    const stop = feed.follow(attempt.id, {
      progress: (progress) => stream.write(eventsOf(progress)),
      end: () => stream.end(),
    })
    context.res.on('close', () => {
      stop()
      clearInterval(heartbeat)
      stream.destroy()
    })
    context.body = stream
    context.flushHeaders()
  },
})

const eventsOf = ({ stage, outcome, mail }: AttemptProgress): string =>
  event('stage', { stage }) +
  (outcome === null ? '' : event('outcome', outcome)) +
  (mail === null ? '' : event('mail', { state: mail }))

const event = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`
