import { afterEach, describe, expect, it } from '@jest/globals'
import type { Socket } from 'node:net'
import { afterRequest, startRawServer, startTlsServer } from './raw-server.js'
import type { RawServer } from './raw-server.js'
import { bigMail, mail, sendTo } from './sending.js'

let server: RawServer | undefined
afterEach(async () => {
  await server?.close()
  server = undefined
})
const serve = async (treat: (socket: Socket) => void): Promise<string> => {
  server = await startRawServer(treat)
  return `http://127.0.0.1:${server.port}`
}
const answering = (...parts: string[]) => afterRequest((socket) => socket.write(parts.join('\r\n')))

describe('a message that cannot have left is tried again', () => {
  it('where nobody listens', async () => {
    const url = await serve(() => undefined)
    await server?.close()
    for (const host of ['127.0.0.1', 'localhost']) {
      expect(await sendTo(url.replace('127.0.0.1', host))).toEqual({ kind: 'retry', reason: 'econnrefused' })
    }
  })

  it('where the host is unknown', async () => {
    expect(await sendTo('http://mail.invalid')).toMatchObject({
      kind: 'retry',
      reason: expect.stringMatching(/^(enotfound|eai_again)$/),
    })
  })

  it('where the other side does not speak TLS', async () => {
    const url = await serve((socket) =>
      socket.resume().once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    )
    expect(await sendTo(url.replace('http:', 'https:'))).toMatchObject({ kind: 'retry' })
    expect(server?.received()).not.toContain('Bearer')
  })

  it('where nobody vouches for the certificate, and nothing is told to that side', async () => {
    server = await startTlsServer()
    const result = await sendTo(`https://127.0.0.1:${server.port}`)
    expect(result).toEqual({ kind: 'retry', reason: 'depth_zero_self_signed_cert' })
    expect([server.connections(), server.received()]).toEqual([1, ''])
  })

  it('where the TLS handshake does not end in time', async () => {
    const url = await serve((socket) => socket.resume())
    expect(await sendTo(url.replace('http:', 'https:'), mail, 200)).toEqual({
      kind: 'retry',
      reason: 'econnaborted',
    })
  })

  it('where the other side hangs up during the TLS handshake', async () => {
    const url = await serve((socket) => socket.resume().once('data', () => socket.end()))
    expect(await sendTo(url.replace('http:', 'https:'))).toEqual({ kind: 'retry', reason: 'econnreset' })
  })

  it('where the body is not taken in time', async () => {
    const url = await serve(() => undefined)
    expect(await sendTo(url, bigMail, 500)).toEqual({ kind: 'retry', reason: 'econnaborted' })
  })
})

describe('a message that may have left is ambiguous', () => {
  it('F24 where no answer comes in time', async () => {
    const url = await serve((socket) => socket.resume())
    expect(await sendTo(url, mail, 200)).toEqual({ kind: 'ambiguous', reason: 'econnaborted' })
  })

  it('F24 where no answer comes in time to a large one', async () => {
    const url = await serve((socket) => socket.resume())
    expect(await sendTo(url, bigMail, 2_000)).toEqual({ kind: 'ambiguous', reason: 'econnaborted' })
  })

  it.each([
    ['small', mail],
    ['large', bigMail],
  ])('F23 where the connection is reset after a %s body', async (_size, message) => {
    const url = await serve(afterRequest((socket) => socket.resetAndDestroy()))
    expect(await sendTo(url, message)).toEqual({ kind: 'ambiguous', reason: 'econnreset' })
  })

  // All of a mail of the usual size leaves at once, so that it is not known what the other side read of it.
  it.each<[string, (socket: Socket) => void]>([
    ['before it read anything', (socket) => socket.resetAndDestroy()],
    ['in the middle of it', (socket) => socket.resume().once('data', () => socket.resetAndDestroy())],
  ])('F23 where the connection is reset %s', async (_case, treat) => {
    const url = await serve(treat)
    for (const message of [mail, bigMail]) {
      const result = await sendTo(url, message)
      expect(result).toEqual({ kind: 'ambiguous', reason: expect.stringMatching(/^(econnreset|epipe)$/) })
    }
  })

  it('where the other side hangs up without an answer', async () => {
    const url = await serve(afterRequest((socket) => socket.end()))
    expect(await sendTo(url)).toEqual({ kind: 'ambiguous', reason: 'econnreset' })
  })

  it('where the other side hangs up within the head of its answer', async () => {
    const url = await serve(afterRequest((socket) => socket.end('HTTP/1.1 202 Acc')))
    expect(await sendTo(url)).toMatchObject({ kind: 'ambiguous' })
  })

  it('where the answer is none', async () => {
    const url = await serve(answering('220 mail.example ESMTP', ''))
    expect(await sendTo(url)).toMatchObject({ kind: 'ambiguous', reason: expect.stringMatching(/^hpe_/) })
  })

  it('where the head of the answer has no end', async () => {
    const url = await serve(answering('HTTP/1.1 202 Accepted', 'x-message-id: m1', ''))
    expect(await sendTo(url, mail, 200)).toEqual({ kind: 'ambiguous', reason: 'econnaborted' })
  })
})

describe('F25 a message is accepted once the head of the answer says so', () => {
  const accepted = { kind: 'accepted', providerMessageId: 'm1' }
  const head = ['HTTP/1.1 202 Accepted', 'x-message-id: m1']

  it('whatever the server said before', async () => {
    const url = await serve(
      answering('HTTP/1.1 103 Early Hints', 'link: </x>', '', ...head, 'content-length: 0', '', ''),
    )
    expect(await sendTo(url)).toEqual(accepted)
  })

  it.each<[string, (socket: Socket) => void]>([
    ['is shorter than it should be', (socket) => socket.end('short')],
    ['is cut off by a reset', (socket) => socket.write('short', () => socket.resetAndDestroy())],
    ['never comes', () => undefined],
  ])('also where its body %s', async (_case, goOn) => {
    const url = await serve(
      afterRequest((socket) =>
        socket.write([...head, 'content-length: 1000', '', ''].join('\r\n'), () => goOn(socket)),
      ),
    )
    expect(await sendTo(url, mail, 500)).toEqual(accepted)
    expect(server?.connections()).toBe(1)
  })

  it('also where the chunks of its body are none', async () => {
    const url = await serve(answering(...head, 'transfer-encoding: chunked', '', 'zz', ''))
    expect(await sendTo(url)).toEqual(accepted)
  })

  it('and refused where it says so, whatever becomes of the rest', async () => {
    const url = await serve(answering('HTTP/1.1 400 Bad Request', 'content-length: 1000', '', 'short'))
    expect(await sendTo(url, mail, 500)).toEqual({ kind: 'refused', reason: 'http_400' })
  })
})
