import { fileURLToPath } from 'node:url'
import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common'
import proto from '@temporalio/proto'
import { isTypedBySupport } from '../domain/support-request.js'
import { labels } from '../workflows/contract.js'
import type { Keyring } from './keyring.js'

const { Payload: PayloadMessage } = proto.temporal.api.common.v1

const purpose = 'workflow-payload'
const encrypted = 'binary/encrypted'

/** How client, worker and replay read and write what stands in histories. */
export const createDataConverter = (keyring: Keyring, namespace: string): DataConverter => ({
  failureConverterPath: fileURLToPath(new URL('./failure-converter.cjs', import.meta.url)),
  payloadCodecs: [createPayloadCodec(keyring, namespace)],
})

/**
 * Encrypts every payload with AES-256-GCM, bound to its namespace, its workflow and its key: what is copied to another run does not
 * open there. A key that is missing or a payload that does not belong here is an error, which stalls the task and fails no run:
 * it goes on when the key is back. What comes unencrypted is read as nothing, but for what support types
 * (docs/adr/0004-what-may-come-unencrypted.md).
 */
export const createPayloadCodec = (keyring: Keyring, namespace: string): PayloadCodec => ({
  encode: async (payloads, context) =>
    payloads.map((payload) =>
      isEmpty(payload) || isLabel(payload)
        ? payload
        : sealPayload(keyring, payload, ownerOf(context, namespace)),
    ),
  decode: async (payloads, context) =>
    payloads.map((payload) => {
      if (encodingOf(payload) !== encrypted) return isReadPlain(payload) ? payload : nothing
      const owner = ownerOf(context, namespace)
      // Without a context it is a failure of a task, which only people read.
      if (context !== undefined && workflowIdOf(payload) !== owner.workflowId)
        throw new Error('a payload belongs to another workflow')
      return openPayload(keyring, owner.namespace, payload).payload
    }),
})

export type { Payload }

export interface OpenedPayload {
  readonly payload: Payload
  /** The run that it belongs to: authenticated, so it may be relied on. Empty for the failure of a workflow task. */
  readonly workflowId: string
}

/**
 * Opens one payload by what stands in it alone, for those who have no context: the codec server. One that is not encrypted is
 * given back as it is.
 * @throws where its key is missing, or where it was changed or comes from another namespace
 */
export const openPayload = (keyring: Keyring, namespace: string, payload: Payload): OpenedPayload => {
  if (encodingOf(payload) !== encrypted) return { payload, workflowId: '' }
  const workflowId = workflowIdOf(payload)
  const keyId = textOf(payload, 'key-id')
  const bytes = keyring.openBytes(
    purpose,
    boundTo({ namespace, workflowId }, keyId),
    payload.data ?? new Uint8Array(),
  )
  return { payload: PayloadMessage.decode(bytes), workflowId }
}

interface Owner {
  readonly namespace: string
  readonly workflowId: string
}

const sealPayload = (keyring: Keyring, payload: Payload, owner: Owner): Payload => ({
  metadata: {
    encoding: Buffer.from(encrypted),
    'key-id': Buffer.from(keyring.currentId),
    'workflow-id': Buffer.from(owner.workflowId),
  },
  data: keyring.sealBytes(
    purpose,
    boundTo(owner, keyring.currentId),
    PayloadMessage.encode(PayloadMessage.fromObject(payload)).finish(),
  ),
})

const ownerOf = (context: SerializationContext | undefined, namespace: string): Owner => ({
  namespace: context?.namespace ?? namespace,
  workflowId: context?.workflowId ?? '',
})

/** Line breaks stand in none of the three. */
const boundTo = ({ namespace, workflowId }: Owner, keyId: string): string =>
  [namespace, workflowId, keyId].join('\n')

const textOf = (payload: Payload, name: string): string =>
  Buffer.from(payload.metadata?.[name] ?? []).toString()
const encodingOf = (payload: Payload): string => textOf(payload, 'encoding')
const workflowIdOf = (payload: Payload): string => textOf(payload, 'workflow-id')

const nothing: Payload = { metadata: { encoding: Buffer.from('binary/null') } }
const isEmpty = (payload: Payload): boolean => encodingOf(payload) === 'binary/null'

const jsonOf = (payload: Payload): unknown => {
  if (encodingOf(payload) !== 'json/plain') return undefined
  try {
    return JSON.parse(Buffer.from(payload.data ?? []).toString())
  } catch {
    return undefined
  }
}

/** Words that we wrote ourselves, which the Web UI shows beside timers and activities: they stay readable. */
const isLabel = (payload: Payload): boolean => {
  const text = jsonOf(payload)
  return typeof text === 'string' && (labelTexts as readonly string[]).includes(text)
}
const labelTexts = Object.values(labels)

const isReadPlain = (payload: Payload): boolean => isLabel(payload) || isTypedBySupport(jsonOf(payload))
