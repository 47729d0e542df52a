import { describe, expect, it } from '@jest/globals'
import { listenOnLoopback } from '../../../dev/demo/listen.js'
import { rawRequest } from '../../support/raw-request.js'

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

  it('answers no name but its own, whatever that resolves to', async () => {
    const { origin, close } = await listenOnLoopback(
      0,
      () => async (_, response) => void response.end('here'),
    )
    const statusFor = async (host: string): Promise<number> =>
      (await rawRequest(origin, { path: '/', headers: { host } })).status
    const { port } = new URL(origin)
    expect(await statusFor(`localhost:${port}`)).toBe(200)
    expect(await statusFor(`127.0.0.1:${port}`)).toBe(200)
    expect(await statusFor(`rebound.example:${port}`)).toBe(421)
    expect(await statusFor(`127.0.0.1.rebound.example:${port}`)).toBe(421)
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
