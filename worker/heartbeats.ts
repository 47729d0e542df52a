import { Context } from '@temporalio/activity'

/** Milliseconds between two heartbeats: a third of what the server waits for one (`callPolicies.mail`). */
export const heartbeatMs = 2_000

/**
 * Tells the server that the activity's worker lives for as long as the activity runs, so that the death of a worker is noticed
 * before the activity's time is up. One that ends at once costs no heartbeat.
 */
export const withHeartbeats =
  <Input, Result>(activity: (input: Input) => Promise<Result>) =>
  async (input: Input): Promise<Result> => {
    const context = Context.current()
    const beating = setInterval(() => context.heartbeat(), heartbeatMs)
    try {
      return await activity(input)
    } finally {
      clearInterval(beating)
    }
  }
