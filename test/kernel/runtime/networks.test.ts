import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { createNetwork, findNetwork } from '../../../src/network/create.js';
import { endpointsOf } from '../../../src/network/endpoint.js';
import { readLinkNames } from '../../../src/procfs/links.js';
import { readRoutes } from '../../../src/procfs/net.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { start, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();
removeBehindEach();

/** `tslab network create --subnet SUBNET NAME` */
function make(name: string, subnet: string, more: { internal?: boolean; ipv6?: boolean } = {}): void {
  createNetwork({ name, subnet, internal: false, ipv6: false, labels: {}, options: {}, ...more });
}

beforeAll(() => {
  if (!isRoot) return;
  make('front', '10.201.0.0/24');
  make('back', '10.202.0.0/24', { internal: true });
  make('six', '10.203.0.0/24', { ipv6: true });
});

/** Links of this network namespace that are not lo. */
function left(): string[] {
  return readLinkNames('self').filter((name) => name !== 'lo');
}

const pidOf = (name: string) => findContainer(name).state.init.pid;
const addresses = (name: string) => output('exec', name, 'ip', '-o', 'addr', 'show', 'eth0');
const ping = (from: string, to: string) => tslab(['exec', from, 'ping', '-c1', '-W2', to]).status;
const hosts = (name: string) => output('exec', name, 'cat', '/etc/hosts');

describe.skipIf(!isRoot)('a container in a network (skipped without root: it makes bridges)', () => {
  it('has a link with an address, a MAC address that follows from it, and a way out', () => {
    const { pid } = runDetached('first', 'sleep 1000', ['--network', 'bridge']).state.init;
    expect(readLinkNames(pid)).toEqual(['lo', 'eth0']);
    const [link] = findContainer('first').state.links ?? [];
    expect(addresses('first')).toContain(`inet ${link?.address}/16 `);
    expect(readFileSync(`/proc/${pid}/root/sys/class/net/eth0/address`, 'utf8').trim()).toBe(link?.mac);
    expect(link?.mac).toMatch(/^02:42:/);
    expect(readRoutes(pid)).toContain(`default via ${link?.gateway} dev eth0`);
    expect(ping('first', link?.gateway ?? '')).toBe(0);
    expect(hosts('first')).toContain(`\n${link?.address}\t`);
    expect(left()).toContain('tslab0');
    output('rm', '-f', 'first');
    expect(left()).toEqual([]);
  });

  it('is in the default one where nothing is said, unless it may make no links', () => {
    const words = ['run', '--rm', 'busybox', 'ls', '/sys/class/net'];
    expect(output(...words)).toBe('eth0\nlo\n');
    const without = spawnSync('setpriv', ['--bounding-set=-net_admin', process.execPath, TSLAB, ...words]);
    expect(without.stdout.toString()).toBe('lo\n');
    expect(output('run', '--dry-run', 'busybox')).toContain(
      '# network (lab 08-network)\nat the gate: link eth0 (02:42:',
    );
  });

  it('is what inspect and ps say', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front', '--network-alias', 'db', '--ip', '10.201.0.9']);
    const format =
      '{{.HostConfig.NetworkMode}} {{with index .NetworkSettings.Networks "front"}}{{.IPAddress}}/{{.IPPrefixLen}} {{.Gateway}} {{.MacAddress}} {{.Aliases}} {{.IPAMConfig.IPv4Address}}{{end}}';
    expect(output('inspect', '-f', format, 'first')).toBe(
      'front 10.201.0.9/24 10.201.0.1 02:42:0a:c9:00:09 [db] 10.201.0.9\n',
    );
    expect(output('ps', '--filter', 'network=front', '--format', '{{.Names}} {{.Networks}}')).toBe('first front\n');
    expect(output('ps', '-q', '--filter', 'network=back')).toBe('');
    output('stop', '-t', '0', 'first');
    expect(output('inspect', '-f', '{{(index .NetworkSettings.Networks "front").IPAddress}}', 'first')).toBe('\n');
  });

  it.each([
    [['--network', 'front', '--ip', '10.201.0.77'], /inet 10\.201\.0\.77\/24/],
    [['--network', 'name=front,ip=10.201.0.78'], /inet 10\.201\.0\.78\/24/],
    [['--network', 'six', '--ip6', 'fd00::1'], undefined],
  ])('has the address that was asked for: %j', (flags, address) => {
    if (!address) {
      const refused = tslab(['run', '--rm', ...flags, 'busybox', 'true']);
      expect(refused).toMatchObject({ status: 125, stderr: expect.stringMatching(/no configured subnet contains it/) });
      return;
    }
    runDetached('first', 'sleep 1000', flags);
    expect(addresses('first')).toMatch(address);
  });

  it('has the MAC address that was asked for', () => {
    const show = ['busybox', 'cat', '/sys/class/net/eth0/address'];
    expect(output('run', '--rm', '--network', 'bridge', '--mac-address', '02-42-AC-00-00-77', ...show)).toBe(
      '02:42:ac:00:00:77\n',
    );
    expect(output('run', '--rm', '--network', 'name=front,mac-address=02:00:00:00:00:01', ...show)).toBe(
      '02:00:00:00:00:01\n',
    );
  });

  it('has an address of IPv6, where the network has, that can be used at once', () => {
    const { subnet6 = '', gateway6 = '' } = findNetwork('six');
    const address6 = `${subnet6.split('/')[0]}77`;
    runDetached('first', 'sleep 1000', ['--network', 'six', '--ip6', address6]);
    expect(addresses('first')).toContain(`inet6 ${address6}/64 scope global`);
    expect(tslab(['exec', 'first', 'ping', '-6', '-c1', '-W2', gateway6]).status).toBe(0);
  });

  it('knows the host by the address of its gateway', () => {
    const shown = output(
      'run',
      '--rm',
      '--network',
      'front',
      '--add-host',
      'up:host-gateway',
      'busybox',
      'grep',
      'up$',
      '/etc/hosts',
    );
    expect(shown).toBe('10.201.0.1\tup\n');
  });

  it('has no way out of an internal network', () => {
    runDetached('first', 'sleep 1000', ['--network', 'back']);
    expect(readRoutes(pidOf('first'))).toEqual(['10.202.0.0/24 dev eth0']);
  });
});

describe.skipIf(!isRoot)('containers of a network (skipped without root: it makes bridges)', () => {
  it('reach each other by address and by name, and by nothing once they are gone', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front', '--hostname', 'one']);
    runDetached('second', 'sleep 1000', ['--network', 'front', '--network-alias', 'db', '--net-alias', 'sql']);
    const { config, state } = findContainer('second');
    for (const name of ['second', 'db', 'sql', config.id.slice(0, 12), state.links?.[0]?.address ?? ''])
      expect([name, ping('first', name)]).toEqual([name, 0]);
    expect(ping('second', 'first')).toBe(0);
    expect(ping('second', 'one')).toBe(0);
    output('exec', 'first', 'sh', '-c', 'echo 10.0.0.9 mine >> /etc/hosts');
    output('rm', '-f', 'second');
    expect(hosts('first')).not.toMatch(/second|db/);
    expect(hosts('first')).toMatch(/10\.0\.0\.9 mine/);
    expect(ping('first', 'second')).not.toBe(0);
  });

  it('are found by another name when they have got one', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front']);
    runDetached('second', 'sleep 1000', ['--network', 'front', '--network-alias', 'db']);
    output('rename', 'second', 'third');
    expect(hosts('first')).toMatch(/\tthird db /);
    expect(hosts('first')).not.toContain('second');
  });

  it('have no names in the default network, as with docker', () => {
    runDetached('first', 'sleep 1000', ['--network', 'bridge']);
    runDetached('second', 'sleep 1000', ['--network', 'bridge']);
    expect(hosts('first')).not.toContain('second');
    expect(ping('first', findContainer('second').state.links?.[0]?.address ?? '')).toBe(0);
  });

  it('can share a link with one that is in no network', () => {
    runDetached('first', 'sleep 1000', ['--network', 'front']);
    runDetached('second', 'sleep 1000', ['--network', 'container:first']);
    expect(readLinkNames(pidOf('second'))).toEqual(['lo', 'eth0']);
    expect(hosts('second')).toBe(hosts('first'));
  });

  it('may be in several networks, with a link to each', () => {
    runDetached('first', 'sleep 1000', ['--network', 'back', '--network', 'front']);
    const { pid } = findContainer('first').state.init;
    expect(readLinkNames(pid)).toEqual(['lo', 'eth0', 'eth1']);
    expect(readRoutes(pid)).toContain('default via 10.201.0.1 dev eth1');
    expect(output('ps', '--format', '{{.Networks}}')).toBe('back,front\n');
    output('rm', '-f', 'first');
    expect(left()).toEqual([]);
  });

  it('keep their places over 20 restarts, and leave none', () => {
    runDetached('first', 'trap "exit 0" TERM; sleep 1000 & wait', ['--network', 'front']);
    for (let time = 0; time < 20; time++) output('restart', '-t', '0', 'first');
    expect(endpointsOf(findNetwork('front'))).toHaveLength(1);
    expect(ping('first', '10.201.0.1')).toBe(0);
    output('rm', '-f', 'first');
    expect(endpointsOf(findNetwork('front'))).toEqual([]);
  });

  it('are 50 at once: each knows each, one reaches all, and nothing is left of them', async () => {
    const names = Array.from({ length: 50 }, (_, i) => `many${i}`);
    const runs = names.map((name) =>
      start(['run', '-d', '--name', name, '--network', 'front', 'busybox', 'sleep', '1000']),
    );
    expect((await Promise.all(runs.map(({ ended }) => ended))).map(({ status }) => status)).toEqual(names.map(() => 0));
    expect(new Set(names.map((name) => findContainer(name).state.links?.[0]?.address)).size).toBe(50);
    const known = names.map((name) =>
      hosts(name)
        .match(/\bmany\d+$|\bmany\d+(?= )/gm)
        ?.sort(),
    );
    expect(known).toEqual(names.map(() => names.toSorted()));
    // Not each pair: all namespaces of a machine together know 1024 neighbours (gc_thresh3 of arp(7)).
    const reach = 'n=0; for i in $(seq 0 49); do ping -c1 -W9 many$i >/dev/null && n=$((n+1)); done; echo $n';
    expect(output('exec', 'many0', 'sh', '-c', reach)).toBe('50\n');
    expect(names.map((name, i) => ping(name, `many${(i + 1) % 50}`))).toEqual(names.map(() => 0));
    output('rm', '-f', ...names);
    await until(() => left().length === 0);
    expect(endpointsOf(findNetwork('front'))).toEqual([]);
  }, 240_000);
});

describe.skipIf(!isRoot)('a network is left as it was (skipped without root: it makes bridges)', () => {
  it('where tslab is killed in front of a container', async () => {
    const run = start([
      'run',
      '--rm',
      '--name',
      'first',
      '--network',
      'front',
      'busybox',
      'sh',
      '-c',
      'echo up; sleep 1000',
    ]);
    await run.seen('up');
    run.kill('SIGKILL');
    await run.ended;
    await sweep();
  });

  it('where the supervisor is killed, and then its container', async () => {
    const { init, owner } = runDetached('first', 'sleep 1000', ['--network', 'front']).state;
    process.kill(owner.pid, 'SIGKILL');
    expect(ping('first', '10.201.0.1')).toBe(0);
    output('kill', 'first');
    await until(() => findContainer('first').state.status === 'exited');
    expect(init.pid).toBeGreaterThan(0);
    await sweep();
  });

  it('where the program cannot be started', async () => {
    expect(tslab(['run', '--rm', '--network', 'front', 'busybox', '/nosuch']).status).toBe(127);
    await sweep();
  });

  async function sweep(): Promise<void> {
    await delay(200);
    output('cleanup');
    await until(() => left().length === 0);
    expect(readdirSync(`${state()}/networks/front/addresses`)).toEqual([]);
  }
});

describe.skipIf(!isRoot)('what cannot be is refused (skipped without root: it makes bridges)', () => {
  it.each([
    [['nosuch'], /network nosuch not found/],
    [['fron'], /Did you mean front\?/],
    [
      ['front', '--ip', '10.9.9.9'],
      /invalid IP address 10\.9\.9\.9: no configured subnet contains it: 10\.201\.0\.0\/24/,
    ],
    [['front', '--ip', '10.201.0.0'], /network’s own/],
    [['front', '--ip', '10.201.0.255'], /broadcast/],
    [['front', '--ip', '10.201.0.1'], /already in use by the network’s gateway/],
    [['front', '--ip', '10.201.0.50'], /already in use by container taken/],
    [['front', '--ip', '10.201.0'], /invalid IPv4 address: 10\.201\.0/],
    [['front', '--ip6', 'fd00::5'], /the network front has none/],
    [['bridge', '--ip', '172.30.0.9'], /user specified IP address is supported on user defined networks only/],
    [
      ['bridge', '--network-alias', 'db'],
      /network-scoped alias is supported only for containers in user defined networks/,
    ],
    [['front', '--network-alias', 'a\n10.0.0.1 evil'], /invalid network alias: "a\\n10\.0\.0\.1 evil"/],
    [['front', '--mac-address', '01:00:5e:00:00:01'], /is not a valid mac address.*multicast/],
    [['none', '--mac-address', '02:00:00:00:00:01'], /mac-address and the network mode\n--network none makes no link/],
    [['container:'], /invalid container format container:<name\|id>/],
    [['name=front,alias=db', '--network-alias', 'sql'], /cannot specify both --network-alias and per-network alias/],
    [['name=front,ip=10.201.0.7', '--ip', '10.201.0.8'], /cannot specify both --ip and per-network IPv4 address/],
    [['alias=db'], /network name\/id is not specified/],
    [['name=front,colour=red'], /invalid field key colour/],
    [['front', '--network', 'bridge'], /cannot attach both user-defined and non-user-defined/],
    [['front', '--network', 'front'], /network "front" is specified multiple times/],
  ])('--network %j', (words, reason) => {
    if (words.includes('10.201.0.50'))
      runDetached('taken', 'sleep 1000', ['--network', 'front', '--ip', '10.201.0.50']);
    const refused = tslab(['run', '--rm', '--network', ...words, 'busybox', 'true']);
    expect(refused).toMatchObject({ status: 125, stdout: '', stderr: expect.stringMatching(reason) });
  });
});

afterAll(() => {
  if (isRoot) expect(left()).toEqual([]);
});
