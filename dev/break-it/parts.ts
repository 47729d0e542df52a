import type { Condition, Services } from '../services.js'

export const partNames = ['worker', 'api', 'postgres', 'temporal', 'mail'] as const
export type PartName = (typeof partNames)[number]

/** How a part of the stack stands: `failing` answers, but with an error. `foreign` is somebody else's, and left alone. */
export type PartState =
  Condition | { readonly state: 'failing'; readonly backAt: number } | { readonly state: 'foreign' }

export interface Parts {
  state(name: PartName): PartState
  /** Makes a part fail; what does not come back by itself within a second or two does so after 8 s. */
  strike(name: PartName): Promise<void>
  /** Brings everything back at once. */
  mend(): Promise<void>
}

export interface PartsOptions {
  readonly services: Services
  /** Address of the mail sink. */
  readonly inbox: string
}

const outageMs = 8000

/** What an accident does to each process: the supervisor starts programs of ours again after a second. */
const accidents = {
  worker: { signal: 'SIGKILL', awayMs: 1000 },
  api: { signal: 'SIGKILL', awayMs: 1000 },
  postgres: { signal: 'SIGQUIT', awayMs: outageMs }, // immediate shutdown: no checkpoint, every connection cut
  temporal: { signal: 'SIGKILL', awayMs: outageMs },
} as const

export function createParts({ services, inbox }: PartsOptions): Parts {
  let mailFailsUntil = 0
  let mailHeals: NodeJS.Timeout | undefined

  const setFault = async (mode: '500' | 'ok'): Promise<void> => {
    clearTimeout(mailHeals)
    mailFailsUntil = mode === 'ok' ? 0 : Date.now() + outageMs
    if (mode === '500') mailHeals = setTimeout(heal, outageMs)
    await fetch(`${inbox}/faults`, { method: 'PUT', body: JSON.stringify({ mode }) })
  }
  /** A sink that does not answer has died, and begins anew without a fault. */
  const heal = (): void => void setFault('ok').catch(() => undefined)
  services.stopping.addEventListener('abort', () => clearTimeout(mailHeals))

  return {
    state: (name) => {
      if (name !== 'mail') return services.condition(name) ?? { state: 'foreign' }
      return mailFailsUntil === 0 ? { state: 'up' } : { state: 'failing', backAt: mailFailsUntil }
    },
    strike: async (name) => {
      if (name === 'mail') return setFault('500')
      const { signal, awayMs } = accidents[name]
      services.strike(name, signal, awayMs)
    },
    mend: async () => {
      services.hurry()
      await setFault('ok')
    },
  }
}
