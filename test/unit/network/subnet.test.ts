import { describe, expect, it } from 'vitest';
import { prefixOf } from '../../../src/network/prefix.js';
import { type AskedSubnet, chooseSubnet, decideAddresses, type Taken } from '../../../src/network/subnet.js';
import { decideAddresses6, sameIn } from '../../../src/network/subnet6.js';

function taken(...texts: readonly string[]): Taken[] {
  return texts.map((text) => ({ prefix: prefixOf(text), by: `the route ${text} of eth0` }));
}

describe('the addresses of a network that names none', () => {
  it.each([
    [[], '172.30.0.0/16'],
    [['172.30.0.0/24'], '172.31.0.0/16'],
    [['172.16.0.0/12'], '10.89.0.0/24'],
    [['172.16.0.0/12', '10.89.0.7/32', '10.89.1.0/24'], '10.89.2.0/24'],
    [['192.168.0.0/16'], '172.30.0.0/16'],
  ])('beside %j are %s', (others, subnet) => expect(chooseSubnet(taken(...others))).toBe(subnet));

  it('are refused where all are taken', () => {
    expect(() => chooseSubnet(taken('172.16.0.0/12', '10.0.0.0/8'))).toThrow(
      expect.objectContaining({
        message: 'all predefined address pools have been fully subnetted',
        status: 3,
        remedy: expect.stringContaining('172.30.0.0/16, 172.31.0.0/16, 10.89.0.0/24 to 10.89.255.0/24'),
      }),
    );
  });

  it('have the first one for the gateway', () => {
    expect(decideAddresses({}, [])).toEqual({ subnet: '172.30.0.0/16', gateway: '172.30.0.1' });
  });
});

describe('addresses that are asked for', () => {
  it('are kept as they are', () => {
    const asked = { subnet: '10.9.0.0/24', gateway: '10.9.0.7', ipRange: '10.9.0.128/25' };
    expect(decideAddresses(asked, taken('10.8.0.0/16'))).toEqual(asked);
  });

  const invalid = 'invalid network config: invalid';
  it.each<[AskedSubnet, string]>([
    [{ subnet: '10.9.1.3/16' }, `${invalid} subnet 10.9.1.3/16: it should be 10.9.0.0/16`],
    [{ subnet: '10.9.0.0/31' }, `${invalid} subnet 10.9.0.0/31: it has 2 addresses`],
    [{ subnet: '10.9.0.1/32' }, `${invalid} subnet 10.9.0.1/32: it has 1 address`],
    [{ subnet: '10.9.0.0' }, `${invalid} subnet 10.9.0.0: it is no network of IPv4`],
    [{ subnet: 'fd00::/64' }, `${invalid} subnet fd00::/64: it is no network of IPv4`],
    [{ subnet: '127.9.0.0/16' }, `${invalid} subnet 127.9.0.0/16: no host has an address in 127.0.0.0/8`],
    [{ subnet: '239.0.0.0/8' }, `${invalid} subnet 239.0.0.0/8: no host has an address in 224.0.0.0/3`],
    [
      { subnet: '10.1.2.0/24' },
      'invalid pool request: Pool overlaps with other one on this address space: 10.1.2.0/24 meets the route 10.1.0.0/16 of eth0',
    ],
    [{ gateway: '10.9.0.1' }, 'invalid network config: --gateway has no matching subnet'],
    [{ ipRange: '10.9.0.0/25' }, 'invalid network config: --ip-range has no matching subnet'],
    [
      { subnet: '10.9.0.0/24', gateway: '10.8.0.1' },
      `${invalid} gateway 10.8.0.1: it is not in the subnet 10.9.0.0/24`,
    ],
    [
      { subnet: '10.9.0.0/24', gateway: '10.9.0.255' },
      `${invalid} gateway 10.9.0.255: it is the first or the last address of 10.9.0.0/24`,
    ],
    [{ subnet: '10.9.0.0/24', gateway: 'x' }, `${invalid} gateway x: it is not in the subnet 10.9.0.0/24`],
    [
      { subnet: '10.9.0.0/24', ipRange: '10.8.0.0/25' },
      `${invalid} ip-range 10.8.0.0/25: it is not inside 10.9.0.0/24`,
    ],
    [{ subnet: '10.9.0.0/24', ipRange: '10.0.0.0/8' }, `${invalid} ip-range 10.0.0.0/8: it is not inside 10.9.0.0/24`],
    [{ subnet: '10.9.0.0/24', ipRange: '10.9.0.9/25' }, `${invalid} ip-range 10.9.0.9/25: it should be 10.9.0.0/25`],
  ])('%j are refused', (asked, message) => {
    expect(() => decideAddresses(asked, taken('10.1.0.0/16'))).toThrow(
      expect.objectContaining({ message, status: 2, remedy: expect.any(String) }),
    );
  });
});

describe('addresses of IPv6', () => {
  const four = { id: '0123456789abcdef'.repeat(4), subnet: '10.9.0.0/24' };

  it('are chosen by the id of the network, from those that are nobody’s', () => {
    expect(decideAddresses6({}, four, [])).toEqual({
      subnet6: 'fd01:2345:6789:abcd::/64',
      gateway6: 'fd01:2345:6789:abcd::1',
    });
  });

  it('have the same place in their network as those of IPv4', () => {
    expect(sameIn('fd00::/64', '10.9.0.0/24', '10.9.0.130')).toBe('fd00::82');
  });

  it('are what is asked for', () => {
    expect(decideAddresses6({ subnet6: 'fd00:7::/64', gateway6: 'fd00:7::0:9' }, four, [])).toEqual({
      subnet6: 'fd00:7::/64',
      gateway6: 'fd00:7::9',
    });
  });

  it.each([
    [{ subnet6: 'fd00::1/64' }, 'it should be fd00::/64'],
    [{ subnet6: 'fd00::/121' }, 'it is smaller than 10.9.0.0/24'],
    [{ subnet6: 'fe80::/64' }, 'no host has an address in fe80::/10'],
    [{ subnet6: 'fd00:1::/48' }, 'meets the route fd00:1::/64'],
    [{ subnet6: 'x' }, 'it is no network of IPv6'],
    [{ subnet6: 'fd00::/64', gateway6: 'fd01::1' }, 'it is not in the subnet fd00::/64'],
  ])('%j are refused', (asked, why) => {
    expect(() => decideAddresses6(asked, four, taken('fd00:1::/64'))).toThrow(
      expect.objectContaining({ message: expect.stringContaining(why), status: 2, remedy: expect.any(String) }),
    );
  });
});
