import type { Adapter, AdapterFactory, AdapterPayload } from 'oidc-provider'

/**
 * Keeps the provider's interactions, grants and tokens in memory, each until it expires. The library's own
 * one drops the oldest of a thousand rows, and with it the page that somebody is looking at while a load
 * test runs. Nothing here is ever looked up by session uid or user code: tokens outlive sessions, and there
 * is no device flow.
 */
export function createMemoryAdapter(): AdapterFactory {
  const rows = new Map<string, { payload: AdapterPayload }>()

  return (model): Adapter => ({
    async upsert(id, payload, seconds) {
      const key = `${model}:${id}`
      const row = { payload }
      rows.set(key, row)
      if (seconds) setTimeout(() => rows.get(key) === row && rows.delete(key), seconds * 1000).unref()
    },
    async find(id) {
      return rows.get(`${model}:${id}`)?.payload
    },
    async findByUid() {
      return undefined
    },
    async findByUserCode() {
      return undefined
    },
    async destroy(id) {
      rows.delete(`${model}:${id}`)
    },
    async consume(id) {
      const row = rows.get(`${model}:${id}`)
      if (row) row.payload.consumed = Math.floor(Date.now() / 1000)
    },
    async revokeByGrantId(grantId) {
      for (const [key, row] of rows) if (row.payload.grantId === grantId) rows.delete(key)
    },
  })
}
