import { PassThrough } from 'node:stream'
import type { Context } from 'koa'

/** Proxies cut connections on which nothing passes for a minute or less. */
const heartbeatMs = 15_000
const heartbeat = ': \n\n'

/** What feeds an open page. */
interface Source {
  /** Sends something, if it still may be sent. */
  tell(text: string): void
  /** The page is gone. */
  stop(): void
}

/** Answers with server-sent events, which go on until the page is closed or the stream is ended. */
export const openEventStream = (context: Context, begin: (stream: PassThrough) => Source): void => {
  context.set('X-Accel-Buffering', 'no')
  context.type = 'text/event-stream'
  context.status = 200
  if (context.method === 'HEAD') return
  const stream = new PassThrough()
  const { tell, stop } = begin(stream)
  const beating = setInterval(() => tell(heartbeat), heartbeatMs)
  context.res.on('close', () => {
    stop()
    clearInterval(beating)
    stream.destroy()
  })
  context.body = stream
  context.flushHeaders()
}
