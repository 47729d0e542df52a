import type { DataConverter, Payload, PayloadCodec, SerializationContext } from '@temporalio/common'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { ReplayHistoriesIterable, WorkflowBundleOption } from '@temporalio/worker'

export interface ReplayInput {
  /** In which the histories were written: their payloads are bound to it. */
  readonly namespace: string
  readonly workflowBundle: WorkflowBundleOption
  readonly dataConverter: DataConverter
}

interface Replay {
  readonly workflowId: string
  readonly error: Error | undefined
  readonly unreadable: boolean
}

/** The SDK says nothing by itself in this process: what is wrong with a history is told by its result. */
export const silenceReplays = (): void => {
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => undefined),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  })
}

/**
 * Replays histories on the workflows of a bundle, one after the other. A result without `error` means that this code does what
 * the history says; anything else is a run that would stall if the code were deployed: `unreadable` where a payload of it cannot be
 * opened, which is no fault of the code.
 */
export async function* replayHistories(
  histories: ReplayHistoriesIterable,
  { namespace, workflowBundle, dataConverter }: ReplayInput,
): AsyncGenerator<Replay> {
  let fault: Error | undefined
  const codecs = (dataConverter.payloadCodecs ?? []).map((codec) =>
    inNamespace(codec, namespace, (error) => (fault ??= error)),
  )
  // A replay passes over what it cannot decode, and does not come to what waits for a worker.
  const readFirst = async function* () {
    for await (const one of histories) {
      fault = undefined
      const payloads = payloadsOf(one.history)
      for (const codec of codecs) await codec.decode(payloads).catch(() => undefined)
      yield one
    }
  }
  const results = Worker.runReplayHistories(
    { workflowBundle, dataConverter: { ...dataConverter, payloadCodecs: codecs } },
    readFirst(),
  )
  for await (const { workflowId, error } of results)
    yield { workflowId, error: fault ?? error, unreadable: fault !== undefined }
}

/** A replay knows no namespace and says `default`. @param onFault is told why something could not be decoded */
const inNamespace = (
  codec: PayloadCodec,
  namespace: string,
  onFault: (error: Error) => void,
): PayloadCodec => {
  const moved = (context: SerializationContext | undefined) => context && { ...context, namespace }
  return {
    encode: (payloads, context) => codec.encode(payloads, moved(context)),
    decode: async (payloads, context) => {
      try {
        return await codec.decode(payloads, moved(context))
      } catch (error) {
        onFault(error instanceof Error ? error : new Error(String(error)))
        throw error
      }
    },
  }
}

/** Every payload that stands anywhere in a history as the server gives it. */
const payloadsOf = (part: unknown): Payload[] =>
  typeof part !== 'object' || part === null || part instanceof Uint8Array
    ? []
    : isPayload(part)
      ? [part]
      : Object.values(part).flatMap(payloadsOf)

const isPayload = (part: object): part is Payload =>
  'metadata' in part &&
  typeof part.metadata === 'object' &&
  part.metadata !== null &&
  'encoding' in part.metadata &&
  part.metadata.encoding instanceof Uint8Array
