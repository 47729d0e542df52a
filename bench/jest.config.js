import tests from '../jest.config.js'

/** Campaigns: slow, with their own commands, on the same servers as the tests. */
export default {
  ...tests,
  rootDir: '..',
  roots: ['<rootDir>/bench'],
  testTimeout: 24 * 3_600_000,
}
