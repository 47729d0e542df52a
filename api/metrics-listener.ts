import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { Metrics } from '../clients/metrics.js'

/** The metrics on a port of their own, which no proxy leads the world to: `/metrics`, and `/` for whoever knows the port only. */
export const serveMetrics = (metrics: Pick<Metrics, 'text'>, host: string, port: number): Server =>
  createServer((request, response) => {
    const known = request.url === '/metrics' || request.url === '/'
    void (known ? metrics.text() : Promise.resolve('not found\n')).then(
      (text) => {
        response.writeHead(known ? 200 : 404, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' })
        response.end(text)
      },
      () => response.writeHead(500).end(),
    )
  }).listen(port, host)
