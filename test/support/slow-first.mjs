import TestSequencer from '@jest/test-sequencer'

/** On a new machine jest knows nothing of how long a file takes: the kill tests begin first, so that nobody waits for them at the end. */
export default class SlowFirst extends TestSequencer {
  sort(tests) {
    const slow = ({ path }) => path.includes('/test/kill/')
    const sorted = super.sort(tests)
    return [...sorted.filter(slow), ...sorted.filter((test) => !slow(test))]
  }
}
