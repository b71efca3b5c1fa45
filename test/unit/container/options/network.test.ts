import { describe, expect, it } from 'vitest';
import { parseDns, parseExtraHost } from '../../../../src/docker/options/network/dns.js';
import { parseMac } from '../../../../src/docker/options/network/mac.js';
import { parseNetworks, refuseOthers } from '../../../../src/docker/options/network/network.js';

describe('what a container knows of names', () => {
  it('is the host’s where nothing is said', () => {
    expect(parseDns({})).toBeUndefined();
  });

  it('is what was given', () => {
    expect(parseDns({ dns: ['10.0.0.2', ' fd00::2 '], dnsSearch: ['a.example', '.'], dnsOption: ['ndots:2'] })).toEqual(
      {
        servers: ['10.0.0.2', 'fd00::2'],
        search: ['a.example', '.'],
        options: ['ndots:2'],
      },
    );
  });

  it.each([
    [{ dns: ['ns1'] }, 'invalid argument "ns1" for "--dns" flag: IP address is not correctly formatted: ns1'],
    [{ dns: ['1.2.3.4\nsearch evil'] }, /not correctly formatted/],
    [{ dnsSearch: ['a b'] }, /"--dns-search" flag: a b is not a valid domain/],
    [{ dnsSearch: ['x'.repeat(256)] }, /is not a valid domain/],
    [{ dnsOption: ['a\nnameserver 1.2.3.4'] }, /"--dns-option" flag: a word/],
  ])('refuses %j', (flags, message) => {
    expect(() => parseDns(flags)).toThrow(message);
  });

  it.each([
    ['db:10.0.0.2', 'db:10.0.0.2'],
    ['db=10.0.0.2', 'db:10.0.0.2'],
    ['six:fd00::2', 'six:fd00::2'],
    ['six=[fd00::2]', 'six:fd00::2'],
    ['up:host-gateway', 'up:host-gateway'],
  ])('--add-host %s is %s', (given, line) => {
    expect(parseExtraHost(given)).toBe(line);
  });

  it.each([
    ['db', 'bad format for add-host: "db"'],
    [':10.0.0.2', /bad format/],
    ['a:b=10.0.0.2', /bad format/],
    ['db:', /bad format/],
    ['a\nb:10.0.0.2', /bad format/],
    ['db:10.0.0', 'invalid IP address in add-host: "10.0.0"'],
    ['db:10.0.0.2\n10.0.0.3 evil', /invalid IP address/],
  ])('--add-host %j is refused', (given, message) => {
    expect(() => parseExtraHost(given)).toThrow(message);
  });
});

describe('the networks of a container', () => {
  const parse = (...network: string[]) => parseNetworks({ network }, 'none');

  it('are the usual one where none is named, or `default`', () => {
    expect(parseNetworks({}, 'none')).toEqual({ network: 'none', endpoints: [] });
    expect(parseNetworks({ network: ['default'] }, 'bridge')).toEqual({
      network: 'bridge',
      endpoints: [{ network: 'bridge', aliases: [] }],
    });
  });

  it('are read in docker’s two ways, and the other options are of the first', () => {
    const flags = { networkAlias: ['sql'], ip6: 'fd00::9', macAddress: '02:00:00:00:00:01' };
    expect(parseNetworks({ ...flags, network: ['name=a,ip=10.0.0.9', 'b'] }, 'none').endpoints).toEqual([
      { network: 'a', aliases: ['sql'], address: '10.0.0.9', address6: 'fd00::9', mac: '02:00:00:00:00:01' },
      { network: 'b', aliases: [] },
    ]);
    expect(parse('NAME=a,alias=db,alias=sql,ip=10.0.0.9', 'b')).toEqual({
      network: 'a',
      endpoints: [
        { network: 'a', aliases: ['db', 'sql'], address: '10.0.0.9' },
        { network: 'b', aliases: [] },
      ],
    });
  });

  it('are none of their own with host and container:N', () => {
    expect(parse('container:web')).toEqual({ network: 'container:web', endpoints: [] });
    expect(() => parse('host', 'a')).toThrow('cannot attach both user-defined and non-user-defined');
  });
});

describe('--mac-address', () => {
  it('is six bytes of one link', () => {
    expect(parseMac('02-42-AC-1E-00-09')).toBe('02:42:ac:1e:00:09');
  });

  it.each([
    ['02:42', /is not a valid mac address: six bytes/],
    ['01:00:5e:00:00:01', /\(multicast\)/],
    ['ff:ff:ff:ff:ff:ff', /\(multicast\)/],
    ['00:00:00:00:00:00', /nobody/],
    ['02:42:ac:1e:00:09\n', '02:42:ac:1e:00:09'],
  ])('%j', (given, expected) => {
    if (typeof expected === 'string') expect(parseMac(given)).toBe(expected);
    else expect(() => parseMac(given)).toThrow(expected);
  });
});

describe('what another container decides', () => {
  it.each([
    [{ hostname: 'box' }, 'conflicting options: hostname and the network mode'],
    [{ dns: ['1.1.1.1'] }, 'conflicting options: dns and the network mode'],
    [{ addHost: ['a:1.1.1.1'] }, 'conflicting options: custom host-to-IP mapping and the network mode'],
  ])('is not for %j to say', (flags, message) => {
    expect(() => refuseOthers(flags)).toThrow(message);
  });
});
