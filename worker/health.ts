import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Worker } from '@temporalio/worker'

/** The worker's own port: `/livez`, and `/readyz` while every queue is being served. */
export const serveHealth = (workers: readonly Worker[], host: string, port: number): Server =>
  createServer((request, response) => {
    const states = workers.map((worker) => worker.getState())
    const ready = states.length > 0 && states.every((state) => state === 'RUNNING')
    const status = request.url === '/livez' ? 200 : request.url === '/readyz' ? (ready ? 200 : 503) : 404
    response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    response.end(
      JSON.stringify({
        status: status === 200 ? 'ok' : status === 404 ? 'not_found' : 'unavailable',
        workers: states,
      }),
    )
  }).listen(port, host)
