import { beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { createNetwork } from '../../../src/network/create.js';
import { readLinkNames } from '../../../src/procfs/links.js';
import { readRoutes } from '../../../src/procfs/net.js';
import { output, removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
removeBehindEach();

beforeAll(() => {
  if (!isRoot) return;
  const plain = { internal: false, ipv6: false, labels: {}, options: {} };
  createNetwork({ ...plain, name: 'front', subnet: '10.201.0.0/24' });
  createNetwork({ ...plain, name: 'back', subnet: '10.202.0.0/24' });
});

const pidOf = (name: string) => findContainer(name).state.init.pid;
const ping = (from: string, to: string) => tslab(['exec', from, 'ping', '-c1', '-W2', to]).status;
const atOnce = (words: string) => shell(`for i in 1 2 3 4; do tslab ${words} & done; wait`).stderr;
const hosts = (name: string) => output('exec', name, 'cat', '/etc/hosts');

describe.skipIf(!isRoot)('a container that runs (skipped without root: it makes bridges)', () => {
  it('gets one more link, an address and names; and is without them again', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front']);
    runDetached('second', 'sleep 1000', ['--network', 'back']);
    output('network', 'connect', '--alias', 'db', '--ip', '10.202.0.9', 'back', 'first');
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth0', 'eth1']);
    expect(readRoutes(pidOf('first'))[0]).toBe('default via 10.201.0.1 dev eth0');
    expect(['first', 'db', '10.202.0.9'].map((name) => ping('second', name))).toEqual([0, 0, 0]);
    expect(ping('first', 'second')).toBe(0);
    expect(hosts('first')).toContain('10.202.0.9\t');
    const address = '{{(index .NetworkSettings.Networks "back").IPAddress}}';
    expect(output('inspect', '-f', address, 'first')).toBe('10.202.0.9\n');
    output('network', 'disconnect', 'back', 'first');
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth0']);
    expect(hosts('second')).not.toContain('first');
    expect(hosts('first')).not.toMatch(/second|10\.202/);
    expect(output('ps', '--filter', 'name=first', '--format', '{{.Networks}}')).toBe('front\n');
  });

  it('gets one link of several commands at once, and loses it by one', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front']);
    expect(atOnce('network connect back first')).toMatch(/^(Error: endpoint with name first already exists.*\n){3}$/);
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth0', 'eth1']);
    expect(atOnce('network disconnect back first')).toMatch(/^(Error: container first is not connected.*\n.*\n){3}$/);
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth0']);
  });

  it('has another way out where the first one is gone', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front', '--network', 'back']);
    output('network', 'disconnect', '-f', 'front', 'first');
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth1']);
    expect(readRoutes(pidOf('first'))[0]).toBe('default via 10.202.0.1 dev eth1');
    output('network', 'connect', 'front', 'first');
    expect(readLinkNames(pidOf('first')).toSorted()).toEqual(['eth0', 'eth1', 'lo']);
    output('rm', '-f', 'first');
    expect(readLinkNames('self')).toEqual(['lo']);
  });

  it('has an address of IPv6 there, if asked for one', () => {
    createNetwork({ name: 'six', subnet: '10.203.0.0/24', internal: false, ipv6: true, labels: {}, options: {} });
    runDetached('first', 'sleep 1000', ['--network', 'front']);
    const inspected = output('network', 'inspect', '-f', '{{range .IPAM.Config}}{{.Subnet}} {{end}}', 'six');
    const address = `${/(\S+::)\/64/.exec(inspected)?.[1]}9`;
    output('network', 'connect', '--ip6', address, 'six', 'first');
    expect(output('exec', 'first', 'ip', '-o', 'addr', 'show', 'eth1')).toContain(`inet6 ${address}/64`);
  });
});

describe.skipIf(!isRoot)('a container that does not run (skipped without root: it makes bridges)', () => {
  it('has the link from its next start on', () => {
    output('create', '--name', 'first', '--network', 'none', 'busybox', 'ls', '/sys/class/net');
    expect(tslab(['network', 'connect', 'back', 'first']).stderr).toMatch(/private \(none\) mode/);
    output('network', 'disconnect', 'none', 'first');
    output('network', 'connect', 'back', 'first');
    expect(output('start', '-a', 'first')).toBe('eth0\nlo\n');
  });

  it.each([
    [
      'has its ports there, also where it was made with none',
      ['none'],
      ['network', 'connect', 'back', 'first'],
      [4000],
    ],
    ['has no ports where it is in none any more', ['bridge'], ['ps'], []],
  ])('%s', (_, [mode = ''], then, ports) => {
    output('create', '--name', 'first', '--network', mode, '-p', '4000:80', 'busybox', 'sleep', '1000');
    output('network', 'disconnect', mode, 'first');
    output(...then);
    output('start', 'first');
    expect(findContainer('first').state.ports?.map(({ hostPort }) => hostPort)).toEqual(ports);
  });
});

describe.skipIf(!isRoot)('what cannot be is refused (skipped without root: it makes bridges)', () => {
  it.each([
    [['connect', 'nosuch', 'first'], /network nosuch not found/],
    [['connect', 'back', 'nobody'], /No such container: nobody/],
    [['connect', 'front', 'first'], /endpoint with name first already exists in network front/],
    [['connect', '--ip', '10.9.9.9', 'back', 'first'], /no configured subnet contains it/],
    [['connect', '--ip', 'nine', 'back', 'first'], /invalid IPv4 address: nine/],
    [['connect', '--alias', 'a b', 'back', 'first'], /invalid network alias/],
    [['connect', '--alias', 'db', 'bridge', 'first'], /network-scoped alias is supported only/],
    [['disconnect', 'back', 'first'], /container first is not connected to network back/],
    [['disconnect', 'host', 'first'], /cannot be disconnected from host network/],
    [['connect', 'back', 'shares'], /sharing network namespace with another container/],
    [['connect', 'back', 'hosted'], /connected to host network/],
    [['connect', 'host', 'first'], /connected to host network\nMake another container, with --network host/],
    [['connect', 'none', 'first'], /private \(none\) mode\nMake another container, with --network none/],
  ])('network %j', (words, reason) => {
    const before = runDetached('first', 'sleep 1000', ['--network', 'front']);
    output('create', '--name', 'shares', '--network', 'container:first', 'busybox');
    output('create', '--name', 'hosted', '--network', 'host', 'busybox');
    const refused = tslab(['network', ...words]);
    expect(refused).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(reason) });
    expect(readLinkNames(pidOf('first'))).toEqual(['lo', 'eth0']);
    expect(findContainer('first').config).toEqual(before.config);
  });
});
