import { existsSync, readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { getChains, readChain } from '../../../src/netlink/nftables/table.js';
import { NETLINK_NETFILTER } from '../../../src/netlink/requests.js';
import { NetlinkSocket } from '../../../src/netlink/socket.js';
import { prepare } from '../../../src/network/attach.js';
import { createNetwork, defaultNetwork } from '../../../src/network/create.js';
import { type ForeignDrop, foreignDrop } from '../../../src/network/foreign-firewall.js';
import { needs } from '../../support/needs.js';
import { ASKED, decoded, Plugged, reach, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

const PORT = { protocol: 'tcp', hostIp: '', hostPort: 8080, containerPort: 80 } as const;

interface Ruleset {
  readonly nftables: readonly Record<string, { readonly name?: string; readonly family?: string }>[];
}

function tables(): string[] {
  const { nftables } = decoded('nft -j list tables') as unknown as Ruleset;
  return nftables.flatMap(({ table }) => (table ? [`${table.family} ${table.name}`] : []));
}

describe('the table of a network', () => {
  it('is what nft reads in it, and goes with the last container', async () => {
    const box = new Plugged(defaultNetwork(), wanted('box', { ports: [PORT] }));
    expect(tables()).toEqual(['inet tslab0']);
    const rules = sh('nft list table inet tslab0').replaceAll('\t', '');
    for (const line of [
      'elements = { tcp . 8080 : 172.30.0.2 . 80 }',
      'iifname != "tslab0" fib daddr type local dnat ip to meta l4proto . th dport map @ports',
      'ip saddr 172.30.0.0/16 oifname != "tslab0" counter packets 0 bytes 0 masquerade',
      'oifname "tslab0" iifname != "tslab0" ct state established,related accept',
      'oifname "tslab0" iifname != "tslab0" ct status dnat accept',
      'oifname "tslab0" iifname != "tslab0" counter packets 0 bytes 0 drop',
    ]) {
      expect(rules).toContain(line);
    }
    await box.end();
    expect(tables()).toEqual([]);
  });

  it('has the ports of those that are there', async () => {
    const ports = (box: string, hostPort: number) => wanted(box, { ports: [{ ...PORT, hostPort }] });
    const boxes = [new Plugged(defaultNetwork(), ports('a', 8080)), new Plugged(defaultNetwork(), ports('b', 8081))];
    const map = () => sh('nft list map inet tslab0 ports').match(/tcp \. \d+ : \S+ \. \d+/g);
    expect(map()).toEqual(['tcp . 8080 : 172.30.0.2 . 80', 'tcp . 8081 : 172.30.0.3 . 80']);
    await boxes[0]?.end();
    expect(map()).toEqual(['tcp . 8081 : 172.30.0.3 . 80']);
    await boxes[1]?.end();
  });

  it('keeps its rules and what they have counted when a port comes or goes', async () => {
    const first = new Plugged(defaultNetwork(), wanted('first', { ports: [PORT] }));
    const rules = () => sh('nft -a list table inet tslab0').match(/.* # handle \d+$/gm);
    const before = rules();
    expect(before?.join()).toContain('dnat ip to');
    const second = new Plugged(defaultNetwork(), wanted('second', { ports: [{ ...PORT, hostPort: 8081 }] }));
    expect(sh('nft list map inet tslab0 ports')).toContain('tcp . 8081 : 172.30.0.3 . 80');
    expect(rules()).toEqual(before);
    await second.end();
    expect(sh('nft list map inet tslab0 ports')).not.toContain('8081');
    expect(rules()).toEqual(before);
    await first.end();
  });

  it('is made anew where somebody has taken a port out of its map', async () => {
    const boxes = ['a', 'b'].map(
      (name, i) => new Plugged(defaultNetwork(), wanted(name, { ports: [{ ...PORT, hostPort: 8080 + i }] })),
    );
    sh('nft flush map inet tslab0 ports');
    await boxes[1]?.end();
    expect(sh('nft list map inet tslab0 ports').match(/tcp \. \d+ : \S+ \. \d+/g)).toEqual([
      'tcp . 8080 : 172.30.0.2 . 80',
    ]);
    await boxes[0]?.end();
  });

  it('is healed at the next start where somebody has flushed all rules', async () => {
    const box = new Plugged(defaultNetwork(), wanted('box', { ports: [PORT] }));
    const before = sh('nft list ruleset');
    sh('nft flush ruleset');
    expect(tables()).toEqual([]);
    expect(prepare(defaultNetwork()).notices).toEqual([]);
    expect(sh('nft list ruleset')).toBe(before);
    await box.end();
  });
});

function found(version: 4 | 6 = 4): ForeignDrop | undefined {
  using netfilter = new NetlinkSocket(NETLINK_NETFILTER);
  return foreignDrop(netfilter, netfilter.dump(getChains()).flatMap(readChain), { bridge: 'tslab0', version });
}

const BRIDGE_NF = '/proc/sys/net/bridge/bridge-nf-call-iptables';
/** Frames between containers pass such chains, or do not. */
function callIptables(isOn: 0 | 1): void {
  if (existsSync(BRIDGE_NF)) sh(`echo ${isOn} > ${BRIDGE_NF}`);
}
beforeEach(() => callIptables(0));

describe('the table of somebody else', () => {
  it.each([
    [
      "of Docker's",
      'table ip filter { chain DOCKER-USER { }; chain FORWARD { type filter hook forward priority 0; policy drop; }; }',
      { family: 'ip', table: 'filter', chain: 'FORWARD' },
      'iptables -I DOCKER-USER -i tslab0 -j ACCEPT && iptables -I DOCKER-USER -o tslab0 -j ACCEPT',
    ],
    [
      "of ufw's",
      'table ip filter { chain ufw-user-forward { }; chain FORWARD { type filter hook forward priority 0; policy drop; }; }',
      { family: 'ip', table: 'filter', chain: 'FORWARD' },
      'ufw route allow in on tslab0',
    ],
    [
      "of firewalld's",
      'table inet firewalld { chain filter_FORWARD { type filter hook forward priority 10; reject; }; }',
      { family: 'inet', table: 'firewalld', chain: 'filter_FORWARD' },
      'firewall-cmd --zone=trusted --add-interface=tslab0',
    ],
    [
      'of an administrator',
      'table inet mine { chain pass-on { type filter hook forward priority 0; policy drop; }; }',
      { family: 'inet', table: 'mine', chain: 'pass-on' },
      'nft insert rule inet mine pass-on iifname tslab0 accept && nft insert rule inet mine pass-on oifname tslab0 accept',
    ],
  ])(
    '%s that drops what is forwarded is told of, with what lets it pass, and no port is led into it',
    async (_, text, where, remedy) => {
      sh(`nft '${text}'`);
      const theirs = sh('nft list ruleset');
      const box = new Plugged(defaultNetwork(), wanted('box', { ports: [PORT] }));
      expect(found()).toEqual({ ...where, remedy });
      const chain = `chain ${where.chain} of the table ${where.family} ${where.table}`;
      expect(box.notices).toEqual([
        `containers of the network bridge have no way out: ${chain}, which is not tslab’s, drops what is forwarded. To let it pass: ${remedy}`,
      ]);
      expect(sh('nft list table inet tslab0')).not.toContain('ports');
      await box.end();
      expect(sh('nft list ruleset')).toBe(theirs);
      sh('nft flush ruleset');
    },
  );

  it.each([
    'table ip filter { chain FORWARD { type filter hook forward priority 0; policy accept; }; }',
    'table ip filter { chain INPUT { type filter hook input priority 0; policy drop; }; }',
    'table ip6 filter { chain FORWARD { type filter hook forward priority 0; policy drop; }; }',
    'table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; iifname "tslab0" accept; }; }',
  ])('that does not, or lets the bridge pass, is none: %s', (text) => {
    sh(`nft '${text}'`);
    expect(found()).toBeUndefined();
    sh('nft flush ruleset');
  });

  const DROP = "nft 'table ip mine { chain f { type filter hook forward priority 0; policy drop; }; }'";

  it('that comes later is told of at the next start, and no port is led into it from then on', async () => {
    const box = new Plugged(defaultNetwork(), wanted('box', { ports: [PORT] }));
    expect(sh('nft list table inet tslab0')).toContain('8080');
    sh(DROP);
    expect(prepare(defaultNetwork()).notices).toEqual([expect.stringContaining('chain f of the table ip mine')]);
    expect(sh('nft list table inet tslab0')).not.toContain('8080');
    await box.end();
    sh('nft flush ruleset');
  });

  it('drops what goes from container to container as well, where br_netfilter is on', async (test) => {
    needs(test, 'br_netfilter');
    callIptables(1);
    sh(DROP);
    const inner = createNetwork({ ...ASKED, name: 'inner', internal: true });
    const boxes = [defaultNetwork(), inner].map((network) => new Plugged(network, wanted('box')));
    expect(boxes.flatMap(({ notices }) => notices)).toEqual([
      expect.stringMatching(/^containers of the network bridge have no way out, and do not reach each other /),
      expect.stringMatching(/^containers of the network inner do not reach each other /),
    ]);
    const other = new Plugged(inner, wanted('other'));
    expect(other.sh(reach(boxes[1]?.endpoint.address as string, 80, 2))).toBe('silent');
    callIptables(0);
    expect(prepare(inner).notices).toEqual([]);
    await expect.poll(() => other.sh(reach(boxes[1]?.endpoint.address as string, 80, 2))).toBe('refused');
    for (const box of [...boxes, other]) await box.end();
    sh('nft flush ruleset');
  });
});

describe('iptables-legacy', () => {
  const forward = (words: string) => sh(`iptables-legacy -w ${words}`);

  it('has no table that is made by looking for one', async (test) => {
    needs(test, 'iptables-legacy');
    expect(found()).toBeUndefined();
    expect(readFileSync('/proc/net/ip_tables_names', 'utf8')).toBe('');
  });

  it('that drops what is forwarded is found by the policy of its chain, with what lets it pass', async (test) => {
    needs(test, 'iptables-legacy');
    forward('-P FORWARD ACCEPT');
    expect(found()).toBeUndefined();
    forward('-P FORWARD DROP');
    const remedy = 'iptables-legacy -I FORWARD -i tslab0 -j ACCEPT && iptables-legacy -I FORWARD -o tslab0 -j ACCEPT';
    expect(found()).toEqual({ family: 'ip', table: 'filter (iptables-legacy)', chain: 'FORWARD', remedy });
    forward('-N DOCKER-USER');
    expect(found()?.remedy).toBe(remedy.replaceAll('FORWARD', 'DOCKER-USER'));
    const box = new Plugged(defaultNetwork(), wanted('box', { ports: [PORT] }));
    expect(box.notices).toEqual([expect.stringContaining('of the table ip filter (iptables-legacy)')]);
    expect(sh('nft list table inet tslab0')).not.toContain('8080');
    sh(found()?.remedy as string);
    expect(found()).toBeUndefined();
    await box.end();
    for (const words of ['-F', '-X', '-P FORWARD ACCEPT']) forward(words);
  });

  it('of IPv6 is told of in a network that has IPv6, and leaves ports where they are', async (test) => {
    needs(test, 'ip6tables-legacy');
    const forward6 = (words: string) => sh(`ip6tables-legacy -w ${words}`);
    forward6('-A INPUT -s fd00::1 -j DROP');
    expect(found(6)).toBeUndefined();
    forward6('-P FORWARD DROP');
    const six = createNetwork({ ...ASKED, name: 'six', ipv6: true });
    const lets = (link: string) =>
      ['i', 'o'].map((way) => `ip6tables-legacy -I FORWARD -${way} ${link} -j ACCEPT`).join(' && ');
    const where = { family: 'ip6', table: 'filter (ip6tables-legacy)', chain: 'FORWARD' };
    expect([found(4), found(6)]).toEqual([undefined, { ...where, remedy: lets('tslab0') }]);
    const [four, both] = [defaultNetwork(), six].map(
      (network) => new Plugged(network, wanted('box', { ports: [PORT] })),
    );
    expect(four?.notices).toEqual([]);
    expect(both?.notices.filter((one) => one.includes('IPv6)'))).toEqual([
      expect.stringMatching(
        /^containers of the network six \(IPv6\) have no way out.* ip6 filter \(ip6tables-legacy\)/,
      ),
    ]);
    expect(both?.notices.join()).toContain(lets(six.bridge));
    expect(sh(`nft list table inet ${six.bridge}`)).toContain('8080');
    sh(lets(six.bridge));
    expect(prepare(six).notices.filter((one) => one.includes('IPv6)'))).toEqual([]);
    for (const box of [four, both]) await box?.end();
    for (const words of ['-F', '-P FORWARD ACCEPT']) forward6(words);
  });
});
