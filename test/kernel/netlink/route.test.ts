import { describe, expect, it } from 'vitest';
import { exitGroup } from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import { start } from '../../../src/kernel/process.js';
import { NO_LIMIT } from '../../../src/kernel/syscall.js';
import type { Message } from '../../../src/netlink/message.js';
import { rtnetlink } from '../../../src/netlink/requests.js';
import { newAddress, newNeighbour, newRoute } from '../../../src/netlink/route/address.js';
import { newLink, newVeth, newVxlan, setLink } from '../../../src/netlink/route/link.js';
import { run, shell, thrownBy } from '../../support/inside.js';
import { needs } from '../../support/needs.js';

const MAC = Buffer.from([0x02, 0x42, 10, 7, 0, 2]);

/** What `ip` decodes of the messages, in a network namespace of its own. */
async function decoded(messages: readonly Message[], command: string): Promise<Record<string, unknown>[]> {
  const { output } = await run({ ...shell(`ip -j -d ${command}`, rtnetlink(messages)), namespaces: k.CLONE_NEWNET });
  return JSON.parse(output);
}

describe('rtnetlink in a list', () => {
  it('makes a pair of links of which each has its name, address and size', async (test) => {
    needs(test, 'ip');
    const pair = newVeth({ index: 1000, name: 'eth0', address: MAC, mtu: 1400 }, { name: 'peer' });
    const links = await decoded([pair, setLink({ index: 1000, up: true })], 'link');
    expect(links.find(({ ifname }) => ifname === 'eth0')).toMatchObject({
      ifindex: 1000,
      link: 'peer',
      mtu: 1400,
      address: '02:42:0a:07:00:02',
      flags: expect.arrayContaining(['UP']),
      linkinfo: { info_kind: 'veth' },
    });
    // Which of the two is said depends on when the kernel's work on carriers was done (net/core/link_watch.c).
    expect(links.find(({ ifname }) => ifname === 'eth0')?.flags).toSatisfy((flags: string[]) =>
      flags.some((flag) => ['NO-CARRIER', 'M-DOWN'].includes(flag)),
    );
    expect(links.find(({ ifname }) => ifname === 'peer')).toMatchObject({ flags: expect.not.arrayContaining(['UP']) });
  });

  it('makes a bridge with ports, addresses of both families, a route through one of them', async (test) => {
    needs(test, 'ip');
    const made = [
      newLink('bridge', { index: 1000, name: 'tslab0', address: MAC, up: true }),
      newVeth({ index: 1001, name: 'ts1', master: 1000, up: true }, { name: 'peer' }),
      newAddress({ index: 1000, address: '10.7.0.1', prefix: 16 }),
      newAddress({ index: 1000, address: 'fd00:7::1', prefix: 64 }),
      newRoute({ to: '10.9.0.0/16', gateway: '10.7.0.2' }),
      newRoute({ to: '10.8.0.0/24', index: 1000 }),
      newRoute({ gateway: '10.7.0.3' }),
    ];
    const [bridge] = await decoded(made, 'addr show dev tslab0');
    expect(bridge).toMatchObject({ linkinfo: { info_kind: 'bridge' }, address: '02:42:0a:07:00:02' });
    expect(bridge?.addr_info).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ family: 'inet', local: '10.7.0.1', prefixlen: 16 }),
        expect.objectContaining({ family: 'inet6', local: 'fd00:7::1', prefixlen: 64, nodad: true }),
      ]),
    );
    expect((await decoded(made, 'link show dev ts1'))[0]).toMatchObject({ master: 'tslab0' });
    expect(await decoded(made, 'route')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ dst: '10.9.0.0/16', gateway: '10.7.0.2', dev: 'tslab0' }),
        expect.objectContaining({ dst: '10.8.0.0/24', scope: 'link', dev: 'tslab0' }),
        expect.objectContaining({ dst: 'default', gateway: '10.7.0.3' }),
      ]),
    );
  });

  it('makes a tunnel, and tells it who is behind which host', async (test) => {
    needs(test, 'ip');
    const made = [
      newVeth({ index: 1000, name: 'wire', up: true }, { name: 'peer' }),
      newAddress({ index: 1000, address: '192.0.2.1', prefix: 24 }),
      newVxlan({ index: 1001, name: 'vx', up: true }, { id: 42, local: '192.0.2.1' }),
      newNeighbour({ index: 1001, address: '192.0.2.2', mac: MAC, forwarding: true }),
      newNeighbour({ index: 1001, address: '10.42.0.3', mac: MAC }),
    ];
    const data = { id: 42, local: '192.0.2.1', port: 4789, learning: false };
    expect((await decoded(made, 'link show dev vx'))[0]).toMatchObject({ linkinfo: { info_data: data } });
    expect(await decoded(made, 'neigh show dev vx')).toMatchObject([
      { dst: '10.42.0.3', lladdr: '02:42:0a:07:00:02', state: ['PERMANENT'] },
    ]);
    const { output } = await run({ ...shell('bridge fdb show dev vx', rtnetlink(made)), namespaces: k.CLONE_NEWNET });
    expect(output).toMatch(/^02:42:0a:07:00:02 dst 192\.0\.2\.2 self permanent$/m);
  });

  it('ends the list where the kernel refuses a message, and names that message', () => {
    const refused = () => inNamespace([newLink('bridge', { name: 'twice' }), newLink('bridge', { name: 'twice' })]);
    const error = thrownBy(refused) as SyscallError;
    expect(error).toBeInstanceOf(SyscallError);
    expect(error.errno).toBe('EEXIST');
    expect(error.message).toMatch(
      /^sendto\(\d+, RTM_NEWLINK \{NLM_F_EXCL\|NLM_F_CREATE, IFLA_IFNAME="twice", .*\) failed: EEXIST \(file already exists\)$/,
    );
    expect(error.trace.map(({ call }) => call.name).slice(-5)).toEqual([
      'socket',
      'sendto',
      'recvfrom',
      'sendto',
      'recvfrom',
    ]);
    expect(error.trace.at(-1)?.text).toMatch(/^recvfrom\(\d+, \{error=-EEXIST\}, /);
  });

  it('goes on behind a refusal where that is allowed', async () => {
    const calls = rtnetlink([newLink('bridge', { name: 'twice' }), newLink('bridge', { name: 'twice' })]);
    const allowed = calls.map((call) => (call.name === 'recvfrom' ? { ...call, max: NO_LIMIT } : call));
    const child = start({ namespaces: k.CLONE_NEWNET, calls: [...allowed, exitGroup(7)] });
    expect(child.trace().filter(({ text }) => text.includes('{error=-EEXIST}'))).toHaveLength(1);
    expect(await child.exited).toMatchObject({ status: 7 });
  });

  it('shows each answer in the trace', () => {
    const [, send, answer] = inNamespace([setLink({ index: 1, up: true })]);
    expect(send?.text).toMatch(/^sendto\(\d+, RTM_NEWLINK \{ifi_index=1, ifi_flags=IFF_UP\}, 32, 0, NULL, 0\)$/);
    expect(answer?.text).toMatch(/^recvfrom\(\d+, \{error=0\}, 308, 0, NULL, NULL\)$/);
    expect(answer?.result).toBe(36n);
  });
});

function inNamespace(messages: readonly Message[]) {
  const { trace } = start({ calls: [...rtnetlink(messages), exitGroup(0)], namespaces: k.CLONE_NEWNET });
  return trace().filter(({ call }) => ['socket', 'sendto', 'recvfrom'].includes(call.name));
}
