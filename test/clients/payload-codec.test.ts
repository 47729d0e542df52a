import { describe, expect, it } from '@jest/globals'
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common'
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js'
import fc from 'fast-check'
import { createKeyring } from '../../clients/keyring.js'
import { createDataConverter, createPayloadCodec, openPayload } from '../../clients/payload-codec.js'
import { labels } from '../../workflows/contract.js'

const key = (id: string) => ({ id, secret: Buffer.alloc(32, id) })
const keyring = createKeyring([key('k1')])
const rotated = createKeyring([key('k2'), key('k1')])
const codec = createPayloadCodec(keyring, 'ours')
const run = { type: 'workflow', namespace: 'ours', workflowId: 'auth/o/a' } as const

const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)
const valueOf = (payload: Payload | undefined): unknown =>
  defaultPayloadConverter.fromPayload(payload as Payload)
const sealed = async (value: unknown): Promise<Payload> => {
  const [payload] = await codec.encode([plain(value)], run)
  return payload as Payload
}
const changed = (payload: Payload, name: string, text: string): Payload => ({
  ...payload,
  metadata: { ...payload.metadata, [name]: Buffer.from(text) },
})

describe('the payload codec', () => {
  it('T64 gives back any value, and shows none of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const [opened] = await codec.decode([await sealed(value)], run)
        expect(valueOf(opened)).toEqual(valueOf(plain(value)))
      }),
    )
    const { metadata, data } = await sealed({ text: 'canary-secret' })
    expect(Buffer.from(data ?? []).includes('canary')).toBe(false)
    expect(Object.keys(metadata ?? {})).toEqual(['encoding', 'key-id', 'workflow-id'])
  })

  it.each([
    ['another workflow', { ...run, workflowId: 'auth/o/b' }],
    ['another namespace', { ...run, namespace: 'theirs' }],
  ])('T64 refuses what was encrypted for %s', async (_, elsewhere) => {
    await expect(codec.decode([await sealed(1)], elsewhere)).rejects.toThrow()
  })

  it.each([
    ['workflow-id', 'auth/o/b'],
    ['key-id', 'k2'],
  ])('T64 refuses a payload whose %s was changed', async (name, text) => {
    const moved = changed(await sealed(1), name, text)
    await expect(codec.decode([moved], { ...run, workflowId: 'auth/o/b' })).rejects.toThrow()
    await expect(codec.decode([moved], run)).rejects.toThrow()
    expect(() => openPayload(rotated, 'ours', moved)).toThrow()
  })

  it('refuses a payload in which one bit was turned over', async () => {
    const payload = await sealed({ attemptId: 'x' })
    const data = Buffer.from(payload.data ?? [])
    data.writeUInt8(data.readUInt8(40) ^ 1, 40)
    await expect(codec.decode([{ ...payload, data }], run)).rejects.toThrow()
  })

  it('F39 reads what a former key encrypted, for as long as that key is there', async () => {
    const old = await sealed('old')
    const codecAfter = createPayloadCodec(rotated, 'ours')
    const [fresh] = await codecAfter.encode([plain('new')], run)
    const both = await codecAfter.decode([old, fresh as Payload], run)
    expect(both.map(valueOf)).toEqual(['old', 'new'])
    await expect(createPayloadCodec(createKeyring([key('k2')]), 'ours').decode([old], run)).rejects.toThrow(
      'the key "k1" is missing: put it into APP_KEYS',
    )
  })

  it('leaves what is empty, and the words that we show beside timers, as they are', async () => {
    const readable = [undefined, ...Object.values(labels)].map(plain)
    expect(await codec.encode(readable, run)).toEqual(readable)
    expect(await codec.decode(readable, run)).toEqual(readable)
  })

  it.each([
    [{ reason: 'support said so' }],
    [{ mailId: 'm', actor: 'sam', reason: 'again' }],
    [{ reason: 'one more day', hours: 24 }],
  ])('reads what support types without encryption: %j', async (request) => {
    const [payload] = await codec.decode([plain(request)], run)
    expect(valueOf(payload)).toEqual(request)
  })

  it.each([
    [{ attemptId: 'a', deadline: 1 }],
    [{ reason: 'r', nested: { a: 1 } }],
    [{ reason: 'r', list: ['a'] }],
    [{ reason: 7 }],
    [{ reason: 'r'.repeat(3000) }],
    ['create'],
    [null],
    [[{ reason: 'r' }]],
    [new Uint8Array([1, 2, 3])],
  ])('T67 reads anything else without encryption as nothing: %j', async (value) => {
    const [payload] = await codec.decode([plain(value)], run)
    expect(valueOf(payload)).toBeUndefined()
  })

  it('reads broken JSON as nothing', async () => {
    const broken = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"reason":') }
    expect((await codec.decode([broken], run)).map(valueOf)).toEqual([undefined])
  })
})

describe('what the codec server of the console opens payloads with', () => {
  it('needs no context, and tells whose they were', async () => {
    const opened = [await sealed({ mailId: 'm' }), plain('plain'), await sealed(2)].map((payload) =>
      openPayload(keyring, 'ours', payload),
    )
    expect(opened.map(({ payload }) => valueOf(payload))).toEqual([{ mailId: 'm' }, 'plain', 2])
    expect(opened.map(({ workflowId }) => workflowId)).toEqual([run.workflowId, '', run.workflowId])
  })

  it('opens the failure of a workflow task, which belongs to no run, and no code reads it', async () => {
    const [payload] = await codec.encode([plain('why')])
    expect(valueOf(openPayload(keyring, 'ours', payload as Payload).payload)).toBe('why')
    await expect(codec.decode([payload as Payload], run)).rejects.toThrow()
  })

  it('opens nothing of another namespace, of a lost key, or that was cut', async () => {
    const payload = await sealed(1)
    expect(() => openPayload(keyring, 'theirs', payload)).toThrow()
    expect(() => openPayload(createKeyring([key('k3')]), 'ours', payload)).toThrow('the key "k1" is missing')
    expect(() => openPayload(keyring, 'ours', { ...payload, data: Buffer.from('AAAA', 'base64') })).toThrow()
  })
})

describe('failures', () => {
  it('T65 hold message and stack in a payload, and come back whole', async () => {
    const { failureConverter, payloadConverter } = loadDataConverter(createDataConverter(keyring, 'ours'))
    const error = ApplicationFailure.create({ message: 'canary-secret', type: 'Broken' })
    const failure = failureConverter.errorToFailure(error, payloadConverter)
    expect([failure.message, failure.stackTrace]).toEqual(['Encoded failure', ''])
    expect(failureConverter.failureToError(failure, payloadConverter)).toMatchObject({
      message: 'canary-secret',
      type: 'Broken',
    })
  })

  it('leave the words of a refusal readable, without a stack', () => {
    const { failureConverter, payloadConverter } = loadDataConverter(createDataConverter(keyring, 'ours'))
    const error = ApplicationFailure.nonRetryable('a reason is needed', 'Refused')
    expect(failureConverter.errorToFailure(error, payloadConverter)).toMatchObject({
      message: 'a reason is needed',
      stackTrace: '',
    })
  })
})
