import type { Payload } from '@temporalio/common'
import type { Keyring } from './keyring.js'
import { openPayload } from './payload-codec.js'

/** A payload as Temporal's Web UI and CLI send it to a codec server: base64 in JSON. */
export interface RemotePayload {
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly data?: string | undefined
}

export interface DecodedPayloads {
  /** In the order asked; what cannot be opened comes back as it was, so that one of them hides no other. */
  readonly payloads: readonly RemotePayload[]
  /** The runs whose payloads were opened, for the audit. */
  readonly workflowIds: readonly string[]
}

/**
 * What a codec server answers to `POST /decode`. Whoever calls it has checked who asks and writes down what was opened.
 * @param namespace as the header `X-Namespace` says; payloads of another one do not open
 */
export const decodePayloads = (
  keyring: Keyring,
  namespace: string,
  payloads: readonly RemotePayload[],
): DecodedPayloads => {
  const workflowIds = new Set<string>()
  const decoded = payloads.map((remote): RemotePayload => {
    try {
      const { payload, workflowId } = openPayload(keyring, namespace, fromBase64(remote))
      if (workflowId !== '') workflowIds.add(workflowId)
      return toBase64(payload)
    } catch {
      return remote
    }
  })
  return { payloads: decoded, workflowIds: [...workflowIds] }
}

const fromBase64 = ({ metadata = {}, data = '' }: RemotePayload): Payload => ({
  metadata: mapped(metadata, (text) => Buffer.from(text, 'base64')),
  data: Buffer.from(data, 'base64'),
})

const toBase64 = ({ metadata, data }: Payload): RemotePayload => ({
  metadata: mapped(metadata ?? {}, (bytes) => Buffer.from(bytes).toString('base64')),
  data: Buffer.from(data ?? []).toString('base64'),
})

const mapped = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (from: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
