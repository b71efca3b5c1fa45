import { describe, expect, it } from 'vitest';
import type { Network } from '../../../src/network/config.js';
import { type LedPort, type Parts, tableOf } from '../../../src/network/firewall.js';

const NETWORK: Network = {
  id: '0'.repeat(64),
  name: 'bridge',
  driver: 'bridge',
  created: '2026-11-29T05:00:00.000Z',
  subnet: '172.30.0.0/16',
  gateway: '172.30.0.1',
  ipv6: false,
  internal: false,
  labels: {},
  options: {},
  bridge: 'tslab0',
};
const WEB: LedPort = { protocol: 'tcp', hostIp: '', hostPort: 8080, containerPort: 80, address: '172.30.0.2' };
const ALL: Parts = { masquerade: true, publish: true };

/** The table in short: what is made, and the last instruction of each rule. */
function table(ports: readonly LedPort[], parts = ALL, network = NETWORK): string[] {
  return tableOf(network, ports, parts).map(({ text }) => {
    const [, name = '', rest = ''] = /^NFT_MSG_(\w+) \{(.*)\}$/.exec(text) ?? [];
    if (name === 'NEWRULE')
      return `rule ${rest.split(' ')[1]} ${/\[ (?:immediate reg 0 )?([^[]+) \]$/.exec(rest)?.[1]}`;
    if (name === 'NEWSETELEM') return rest;
    return `${name} ${/_NAME="(\w+)"/.exec(rest)?.[1]}`;
  });
}

const NAT = ['NEWTABLE tslab0', 'NEWCHAIN postrouting', 'rule postrouting masq'];
const KEEP_OUT = [
  'NEWTABLE tslab0',
  'NEWCHAIN forward',
  ...['accept', 'accept', 'drop'].map((one) => `rule forward ${one}`),
];

describe('the table of a network', () => {
  it('is that of the network alone where no port is published', () => {
    expect(table([])).toEqual([...NAT, ...KEEP_OUT]);
  });

  it('has a map of the ports that are published', () => {
    const dns: LedPort = { ...WEB, protocol: 'udp', hostPort: 53, containerPort: 5353 };
    expect(table([WEB, dns])).toEqual([
      ...[...NAT, ...KEEP_OUT, 'NEWTABLE tslab0', 'NEWSET ports', 'NEWCHAIN prerouting'],
      'rule prerouting nat dnat ip addr_min reg 10 proto_min reg 11',
      'tslab0 ports {tcp . 8080 : 172.30.0.2 . 80, udp . 53 : 172.30.0.2 . 5353}',
    ]);
  });

  it('has no port of one address of the host: that is its socket’s alone', () => {
    expect(table([{ ...WEB, hostIp: '127.0.0.1' }])).toEqual(table([]));
    expect(table([{ ...WEB, hostIp: '0.0.0.0' }])).toEqual(table([WEB]));
  });

  it('has what the kernel can do', () => {
    expect(table([WEB], { masquerade: true, publish: false })).toEqual(table([]));
    expect(table([WEB], { masquerade: false, publish: false })).toEqual([...KEEP_OUT]);
  });

  it('of an internal network has neither a way out nor one in', () => {
    expect(table([WEB], ALL, { ...NETWORK, internal: true })).toEqual([...KEEP_OUT, 'rule forward drop']);
  });
});
