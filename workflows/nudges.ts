import { defineSignal, setHandler } from '@temporalio/workflow'
import type { Nudge } from './contract.js'

/** Counts nudges of these names. The handlers are synchronous; call it before anything is awaited. */
export const countNudges = (names: readonly Nudge[]): (() => number) => {
  let count = 0
  for (const name of names) {
    setHandler(defineSignal(name), () => {
      count += 1
    })
  }
  return () => count
}
