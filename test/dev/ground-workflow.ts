import { condition, defineSignal, setHandler } from '@temporalio/workflow'

export const answer = defineSignal<[string]>('answer')

/** Waits a day for one signal. */
export async function waitForAnswer(): Promise<string> {
  let given: string | undefined
  setHandler(answer, (text) => {
    given ??= text
  })
  await condition(() => given !== undefined, '1 day')
  return given ?? 'no answer'
}
