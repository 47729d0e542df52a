import { describe, expect, it } from '@jest/globals'
import { isLoopbackAddress, isPublicAddress } from '../../clients/public-address.js'

describe('T43 an address that no public provider has', () => {
  it.each([
    ['this network', '0.0.0.0'],
    ['private', '10.0.0.1'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['shared by a carrier (CGNAT)', '100.64.0.1'],
    ['shared by a carrier (CGNAT)', '100.127.255.254'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['link-local: the metadata of a cloud', '169.254.169.254'],
    ['protocol assignments', '192.0.0.8'],
    ['an example', '198.51.100.7'],
    ['benchmarks', '198.19.0.1'],
    ['multicast', '224.0.0.1'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['loopback, written out', '0:0:0:0:0:0:0:1'],
    ['unique local', 'fd00::1'],
    ['link-local', 'fe80::1'],
    ['link-local with a zone', 'fe80::1%eth0'],
    ['multicast', 'ff02::1'],
    ['an example', '2001:db8::1'],
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped private, in hex', '::ffff:a00:1'],
    ['IPv4-compatible', '::10.0.0.1'],
    ['IPv4-translated (SIIT)', '::ffff:0:10.0.0.1'],
    ['NAT64 of a private address', '64:ff9b::10.0.0.1'],
    ['NAT64 of the metadata address', '64:ff9b::a9fe:a9fe'],
    ['NAT64 for local use', '64:ff9b:1::808:808'],
    ['6to4 of a private address', '2002:a00:1::1'],
    ['6to4 of a public address', '2002:808:808::1'],
    ['Teredo', '2001:0:808:808::1'],
    ['no address', 'id.example'],
    ['nothing', ''],
  ])('%s: %s', (_why, address) => {
    expect(isPublicAddress(address)).toBe(false)
  })

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8'])(
    'and one that a public provider may have: %s',
    (address) => {
      expect(isPublicAddress(address)).toBe(true)
    },
  )

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['::2', false],
    ['128.0.0.1', false],
    ['localhost', false],
  ])('loopback is this machine alone: %s %s', (address, expected) => {
    expect(isLoopbackAddress(address)).toBe(expected)
  })
})
