import type { DataConverter, PayloadCodec, SerializationContext } from '@temporalio/common'
import { Worker } from '@temporalio/worker'
import type { ReplayHistoriesIterable, ReplayResult, WorkflowBundleOption } from '@temporalio/worker'

export interface ReplayInput {
  /** In which the histories were written: their payloads are bound to it. */
  readonly namespace: string
  readonly workflowBundle: WorkflowBundleOption
  readonly dataConverter: DataConverter
}

/**
 * Replays histories on the workflows of a bundle, one after the other. A result without `error` means that this code does what
 * the history says; anything else is a run that would stall if the code were deployed.
 */
export const replayHistories = (
  histories: ReplayHistoriesIterable,
  { namespace, workflowBundle, dataConverter }: ReplayInput,
): AsyncIterableIterator<ReplayResult> =>
  Worker.runReplayHistories(
    {
      workflowBundle,
      dataConverter: {
        ...dataConverter,
        payloadCodecs: (dataConverter.payloadCodecs ?? []).map((codec) => inNamespace(codec, namespace)),
      },
    },
    histories,
  )

/** A replay knows no namespace and says `default`. */
const inNamespace = (codec: PayloadCodec, namespace: string): PayloadCodec => {
  const moved = (context: SerializationContext | undefined) => context && { ...context, namespace }
  return {
    encode: (payloads, context) => codec.encode(payloads, moved(context)),
    decode: (payloads, context) => codec.decode(payloads, moved(context)),
  }
}
