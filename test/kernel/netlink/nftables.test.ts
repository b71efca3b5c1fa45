import { describe, expect, it } from 'vitest';
import { exitGroup } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { start } from '../../../src/kernel/process.js';
import { addressBytes } from '../../../src/kernel/sockets/ip-address.js';
import type { Message } from '../../../src/netlink/message.js';
import * as x from '../../../src/netlink/nftables/expressions.js';
import { addPorts, newPortMap } from '../../../src/netlink/nftables/port-map.js';
import * as t from '../../../src/netlink/nftables/table.js';
import { nfnetlink } from '../../../src/netlink/requests.js';
import { run, shell, thrownBy } from '../../support/inside.js';
import { needs } from '../../support/needs.js';

const table = 'tslab';
const TABLE = t.newTable(table);

/** The rules that `nft` decodes of the messages, in a network namespace of its own, in its own language. */
async function ruleset(messages: readonly Message[]): Promise<string> {
  const { output } = await run({ ...shell('nft list ruleset', nfnetlink(messages)), namespaces: k.CLONE_NEWNET });
  return output.replaceAll('\t', '').trim();
}

/** The one rule of a chain, as `nft` writes it. */
async function rule(chain: t.BaseChain, expressions: readonly x.Expression[]): Promise<string | undefined> {
  const list = await ruleset([
    TABLE,
    newPortMap(table, 'ports'),
    t.newChain(chain),
    t.newRule(table, chain.name, expressions),
  ]);
  return /policy accept;\n(.*)\n/.exec(list)?.[1];
}

const FORWARD: t.BaseChain = { table, name: 'forward', type: 'filter', hook: 'forward', priority: 0 };
const PREROUTING: t.BaseChain = { table, name: 'prerouting', type: 'nat', hook: 'prerouting', priority: -100 };
const POSTROUTING: t.BaseChain = { table, name: 'postrouting', type: 'nat', hook: 'postrouting', priority: 100 };

describe('a transaction of nf_tables', () => {
  it('makes chains at the hooks that nft names', async (test) => {
    needs(test, 'nft');
    const list = await ruleset([TABLE, ...[FORWARD, PREROUTING, POSTROUTING].map(t.newChain)]);
    expect(list).toContain('type filter hook forward priority filter; policy accept;');
    expect(list).toContain('type nat hook prerouting priority dstnat; policy accept;');
    expect(list).toContain('type nat hook postrouting priority srcnat; policy accept;');
  });

  it('makes a map of ports, and adds to it', async (test) => {
    needs(test, 'nft');
    const web = { protocol: 'tcp', port: 8080, address: addressBytes('172.30.0.2'), toPort: 80 } as const;
    const dns = { protocol: 'udp', port: 53, address: addressBytes('172.30.0.3'), toPort: 5353 } as const;
    const made = [TABLE, newPortMap(table, 'ports'), addPorts(table, 'ports', [web, dns])];
    const both = await ruleset(made);
    expect(both).toContain('type inet_proto . inet_service : ipv4_addr . inet_service');
    expect(both).toContain('tcp . 8080 : 172.30.0.2 . 80');
    expect(both).toContain('udp . 53 : 172.30.0.3 . 5353');
  });

  it('makes rules that nft reads back in its own language', async (test) => {
    needs(test, 'nft');
    const from = [...x.addressIn('source', '172.30.0.0/16'), ...x.linkIs('oifname', 'neq', 'tslab0')];
    expect(await rule(POSTROUTING, [...from, x.counter(), x.masquerade()])).toBe(
      'ip saddr 172.30.0.0/16 oifname != "tslab0" counter packets 0 bytes 0 masquerade',
    );
    const six = x.addressIn('destination', 'fd00:7::/64');
    expect(await rule(FORWARD, [...six, x.verdict('drop')])).toBe('ip6 daddr fd00:7::/64 drop');
    expect(await rule(FORWARD, [...x.isAnswer(), x.verdict('accept')])).toBe('ct state established,related accept');
    expect(await rule(FORWARD, [...x.isPublished(), x.verdict('accept')])).toBe('ct status dnat accept');
  });

  it('makes the rule of published ports, of which nft prints the map', async (test) => {
    needs(test, 'nft');
    const key = [x.meta('l4proto', x.NFT_REG32_00), x.destinationPort(x.NFT_REG32_01)];
    const lookup = x.lookup('ports', x.NFT_REG32_00, x.NFT_REG32_02);
    const made = [
      ...x.linkIs('iifname', 'neq', 'tslab0'),
      ...x.toThisHost(),
      ...key,
      lookup,
      x.dnat(x.NFT_REG32_02, x.NFT_REG32_03),
    ];
    expect(await rule(PREROUTING, made)).toBe(
      'iifname != "tslab0" fib daddr type local dnat ip to meta l4proto . th dport map @ports',
    );
  });

  it('is refused as a whole, and the message is named that is to blame', () => {
    const calls = nfnetlink([TABLE, t.newChain({ ...FORWARD, table: 'other' })]);
    const error = thrownBy(() =>
      start({ calls: [...calls, exitGroup(0)], namespaces: k.CLONE_NEWNET }),
    ) as SyscallError;
    expect(error).toBeInstanceOf(SyscallError);
    expect(error.errno).toBe('ENOENT');
    expect(error.message).toMatch(/^sendto\(\d+, NFT_MSG_NEWCHAIN \{NLM_F_CREATE, NFTA_CHAIN_TABLE="other", /);
  });
});
