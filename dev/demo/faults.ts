import { z } from 'zod'

/** How the sink may answer a send instead of taking the message (spec: http, the embedded stack). */
export const faultModes = [
  'ok',
  '400',
  '401',
  '403',
  '413',
  '429',
  '500',
  '503',
  'hang',
  'reset',
  'accept_then_silence',
] as const

export type FaultMode = (typeof faultModes)[number]

/**
 * A fault as it is put: `times` sends get it (null or absent: all, until it is changed), `retry_after` is in
 * seconds and told with 429 and 503.
 */
const faultInput = z.object({
  mode: z.preprocess((mode) => (typeof mode === 'number' ? String(mode) : mode), z.enum(faultModes)),
  times: z.number().int().positive().nullish().default(null),
  retry_after: z.number().nonnegative().nullish().default(null),
})

export type FaultInput = z.input<typeof faultInput>
export type Fault = z.output<typeof faultInput>

const noFault: Fault = { mode: 'ok', times: null, retry_after: null }

/** The sink's one current fault. */
export function createFaults() {
  let current = noFault
  return {
    current: (): Fault => current,
    /** Sets the fault; throws a ZodError if it is none. */
    set(input: unknown): Fault {
      current = faultInput.parse(input)
      return current
    },
    /** The fault for one send; the last of `times` restores `ok`. */
    take(): Fault {
      const taken = current
      if (taken.times === 1) current = noFault
      else if (taken.times !== null) current = { ...taken, times: taken.times - 1 }
      return taken
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
