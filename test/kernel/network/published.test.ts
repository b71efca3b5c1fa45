import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../../support/needs.js';
import { removeBehindEach, runDetached, useOwnState } from '../runtime-info/containers.js';
import { expectedOn, FIREWALLS, type Firewall, HOST, OUTSIDE, PATHS, type Source, type Target } from './paths.js';
import { answering, answeringByUdp, ask, askAt, askByUdp, ip, useWorld } from './world.js';

useOwnState();
const world = useWorld();
removeBehindEach();
beforeEach((test) => {
  needs(test, 'root');
  needs(test, 'ip');
});

/** Frames between ports of a bridge pass the chains of IPv4 as well: the module br_netfilter, a switch of each network namespace. */
const BRIDGE_NF = '/proc/sys/net/bridge/bridge-nf-call-iptables';

const SOURCES = ['host', 'other', 'container', 'outside'] as const;

const servers: (() => void)[] = [];
afterEach(() => {
  for (const end of servers.splice(0)) end();
  nft(['add table inet foreign', 'delete table inet foreign']);
});

function nft(commands: readonly string[]): void {
  execFileSync('nft', ['-f', '-'], { input: commands.map((one) => `${one}\n`).join('') });
}

/** Two containers, and an outsider who has a route to them. */
async function startContainers() {
  const web = runDetached('web', 'exec sleep 1000', ['--network', 'bridge', '-p', '8080:80']);
  const other = runDetached('other', 'exec sleep 1000', ['--network', 'bridge']);
  servers.push(await answering(web.state.init.pid, 80));
  const [link, otherLink] = [web, other].map(({ state }) => state.links?.[0]);
  ip(world.outside, `route replace 172.16.0.0/12 via ${HOST.ipv4}`);
  return {
    pids: { host: undefined, other: other.state.init.pid, container: web.state.init.pid, outside: world.outside },
    bridge: link?.gateway ?? '',
    container: link?.address ?? '',
    other: otherLink?.address ?? '',
  };
}

/** What comes of all paths that begin somewhere, in their words. */
async function seenFrom(
  source: Source,
  world: Awaited<ReturnType<typeof startContainers>>,
): Promise<[string, string][]> {
  const { pids, bridge, container, other } = world;
  const paths = Object.keys(PATHS).filter((path) => path.startsWith(`${source} → `));
  const addresses = { ...HOST, '127.0.0.1': '127.0.0.1', '::1': '::1', bridge, container };
  const targets = paths.map((path) => path.split(' → ')[1] as Target);
  const places = targets.map((target) => [addresses[target], target === 'container' ? 80 : 8080] as const);
  const answers = await askAt(pids[source], places);
  const names = { [bridge]: 'bridge', [container]: 'container', [other]: 'other', [OUTSIDE.ipv4]: 'outside' };
  return answers.map((answer, i) => [paths[i] ?? '', names[answer.replace('you are ', '')] ?? answer]);
}

describe.each(Object.keys(FIREWALLS))('with %s, a published port', (name) => {
  const firewall = FIREWALLS[name] as Firewall;

  it.for([0, 1])('is reached from everywhere it is to be, with bridge-nf-call-iptables %i', async (bridgeNf, test) => {
    needs(test, 'nft');
    if (bridgeNf === 1) needs(test, 'br_netfilter');
    if (existsSync(BRIDGE_NF)) writeFileSync(BRIDGE_NF, `${bridgeNf}`);
    nft(['add table inet foreign', ...firewall.chains]);
    const made = await startContainers();
    const seen = await Promise.all(SOURCES.map((source) => seenFrom(source, made)));
    expect(Object.fromEntries(seen.flat())).toEqual(expectedOn(name, bridgeNf));
  });
});

describe('a published port', () => {
  it('of UDP is reached by the socket from the host, and by DNAT from outside', async () => {
    const flags = ['--network', 'bridge', '-p', '8080:80/udp'];
    const { state } = runDetached('web', 'exec sleep 1000', flags);
    servers.push(await answeringByUdp(state.init.pid, 80));
    const gateway = `you are ${state.links?.[0]?.gateway}`;
    for (const address of ['127.0.0.1', '::1', HOST.ipv4])
      expect(await askByUdp(undefined, address, 8080)).toBe(gateway);
    expect(await askByUdp(world.outside, HOST.ipv4, 8080)).toBe(`you are ${OUTSIDE.ipv4}`);
    expect(await askByUdp(world.outside, HOST.ipv6, 8080)).toBe(gateway);
  });

  it('has a socket alone with TSLAB_PUBLISH=proxy', async () => {
    process.env.TSLAB_PUBLISH = 'proxy';
    const { state } = runDetached('web', 'exec sleep 1000', ['--network', 'bridge', '-p', '8080:80']);
    delete process.env.TSLAB_PUBLISH;
    servers.push(await answering(state.init.pid, 80));
    expect(await ask(world.outside, HOST.ipv4, 8080)).toBe(`you are ${state.links?.[0]?.gateway}`);
  });
});
