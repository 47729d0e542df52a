import { describe, expect, it } from '@jest/globals'
import { listenOnLoopback } from '../../../dev/demo/listen.js'

describe('listenOnLoopback', () => {
  it('answers a request that came before its handler was made', async () => {
    let early: Promise<Response> | undefined
    const { origin, close } = await listenOnLoopback(0, async (own) => {
      early = fetch(own)
      await new Promise((resolve) => setTimeout(resolve, 100))
      return async (_, response) => void response.end('here')
    })
    expect(await (await early)?.text()).toBe('here')
    expect(await (await fetch(origin)).text()).toBe('here')
    await close()
  })

  it('listens no more when the handler cannot be made', async () => {
    let origin = ''
    const failing = listenOnLoopback(0, (own) => {
      origin = own
      throw new Error('no luck')
    })
    await expect(failing).rejects.toThrow('no luck')
    await expect(fetch(origin)).rejects.toThrow('fetch failed')
  })
})
