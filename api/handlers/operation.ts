import { createReadiness } from '../acts/readiness.js'
import type { Handler } from '../route.js'

/** The process runs; asks nobody. */
export const getLivez: Handler = () => ({
  method: 'GET',
  path: '/livez',
  access: 'anyone',
  handle(context) {
    context.body = { status: 'ok' }
  },
})

/** Whether requests can be served, and how each part stands that this takes. */
export const getReadyz: Handler = (dependencies) => {
  const readiness = createReadiness(dependencies)
  return {
    method: 'GET',
    path: '/readyz',
    access: 'anyone',
    async handle(context) {
      const readable = await readiness()
      context.status = ['ok', 'degraded'].includes(readable.status) ? 200 : 503
      context.body = readable
    },
  }
}
