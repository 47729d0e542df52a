import { faultModes, type Fault, type FaultMode } from './faults.js'

const words: Record<FaultMode, string> = {
  ok: 'Take every mail',
  '400': '400: refuse the message',
  '401': '401: refuse the key',
  '403': '403: refuse the sender',
  '413': '413: too large',
  '429': '429: too many requests',
  '500': '500: internal error',
  '503': '503: unavailable',
  hang: 'Read it and never answer',
  reset: 'Cut the connection',
  accept_then_silence: 'Take it, but never say so',
}

/** Lets a person make mail fail, to watch how it is retried. */
export function FaultForm({ fault }: { fault: Fault }) {
  return (
    <details open={fault.mode !== 'ok'}>
      <summary>Make mail fail</summary>
      <form class="inline" method="post" action="/faults">
        <label for="mode">Answer to every send from now on</label>
        <select id="mode" name="mode">
          {faultModes.map((mode) => (
            <option key={mode} value={mode} selected={mode === fault.mode}>
              {words[mode]}
            </option>
          ))}
        </select>
        <button>Set</button>
      </form>
      <p class="note">The application retries by itself; the run in the Temporal Web UI shows every try.</p>
    </details>
  )
}
