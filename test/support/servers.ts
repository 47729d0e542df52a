import type { TestServers } from '../../dev/test-servers.js'

/** The variable by which the global setup tells the test processes where the servers are. */
const serversVariable = 'AUTH_PIPELINE_TEST_SERVERS'

/** The servers that the global setup started. */
export function testServers(): TestServers {
  const told = process.env[serversVariable]
  if (told === undefined) throw new Error('The global setup has not run: start tests with `npm test`.')
  return JSON.parse(told) as TestServers
}
