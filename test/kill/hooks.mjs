/**
 * Kill points, loaded before the product with `node --import`: the product itself knows nothing of them, so none can ever be
 * left in a build. Everything that reaches outside the process passes one of five doors (SQL, HTTP to the mail provider, fetch to
 * the OpenID Provider, gRPC to Temporal, an answer to a browser); each passage is a point before and a point after it, named
 * after what passes. The parent arms one point over IPC: its n-th passage kills the process as `kill -9` would.
 */
import { createRequire } from 'node:module'
import pg from 'pg'

const require = createRequire(import.meta.url)
const http = require('node:http')
const grpc = require('@grpc/grpc-js')

let armed = null
let counts = new Map()
let recording = false

process.on('message', (message) => {
  counts = new Map()
  armed = message.arm ?? null
  recording = message.record === true
  process.send?.({ ready: true })
})

const pass = (point) => {
  const count = (counts.get(point) ?? 0) + 1
  counts.set(point, count)
  const name = `${point} #${count}`
  if (recording) process.send?.({ point: name })
  if (armed !== name) return
  process.kill(process.pid, 'SIGKILL')
  for (;;); // not one more instruction of ours
}

/** Calls `done` once a promise or callback has brought the answer, before anybody else hears of it. */
const around = (name, call) => {
  pass(`${name} before`)
  const result = call()
  return typeof result?.then === 'function'
    ? result.then((value) => {
        pass(`${name} after`)
        return value
      })
    : result
}

/** The first words of a statement, enough to tell it from others. */
const statementName = (text) =>
  `sql ${text
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[^a-z_ ]/gi, '')
    .split(' ')
    .slice(0, 6)
    .join(' ')}`

/** What each open transaction has done so far. */
const transactions = new WeakMap()

/** A commit is named after the first write of its transaction: with numbers alone, what goes on beside it would shift them. */
const passageName = (client, text) => {
  const name = statementName(text)
  if (name === 'sql begin') transactions.set(client, '')
  if (name !== 'sql commit' && name !== 'sql rollback') {
    const known = transactions.get(client)
    if (known === '' && !/^sql (begin|select)/.test(name)) transactions.set(client, name.slice('sql '.length))
    return name
  }
  const first = transactions.get(client) || 'reads'
  transactions.delete(client)
  return `${name} of ${first}`
}

const query = pg.Client.prototype.query
pg.Client.prototype.query = function (...args) {
  const text = typeof args[0] === 'string' ? args[0] : args[0]?.text
  // A pool hands a callback to its clients; a transaction awaits a promise.
  const callback = args.findIndex((arg) => typeof arg === 'function')
  if (text === undefined) return query.apply(this, args)
  const name = passageName(this, text)
  if (callback === -1) return around(name, () => query.apply(this, args))
  pass(`${name} before`)
  const hear = args[callback]
  args[callback] = (...answer) => {
    pass(`${name} after`)
    hear(...answer)
  }
  return query.apply(this, args)
}

const request = http.request
http.request = function (...args) {
  const sent = request.apply(this, args)
  const name = `http ${sent.method} ${sent.path}`
  const end = sent.end
  sent.end = function (...rest) {
    pass(`${name} before`)
    return end.apply(this, rest)
  }
  sent.prependListener('response', () => pass(`${name} after`))
  return sent
}

const fetched = globalThis.fetch
globalThis.fetch = (url, init) =>
  around(`fetch ${new URL(url.url ?? url).pathname}`, () => fetched(url, init))

const unary = grpc.Client.prototype.makeUnaryRequest
grpc.Client.prototype.makeUnaryRequest = function (method, ...args) {
  const name = `grpc ${method.split('/').at(-1)}`
  pass(`${name} before`)
  const hear = args.at(-1)
  args[args.length - 1] = (...answer) => {
    pass(`${name} after`)
    hear(...answer)
  }
  return unary.call(this, method, ...args)
}

const endResponse = http.ServerResponse.prototype.end
http.ServerResponse.prototype.end = function (...args) {
  if (!this.req.url.startsWith('/readyz')) pass('answer before')
  return endResponse.apply(this, args)
}
