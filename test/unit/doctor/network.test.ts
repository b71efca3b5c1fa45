import { describe, expect, it } from 'vitest';
import type { NetworkFacts } from '../../../src/container/network/network-facts.js';
import { judgeNetwork } from '../../../src/container/network/network-findings.js';
import type { Facts } from '../../../src/doctor/facts.js';
import type { Finding } from '../../../src/doctor/report.js';
import { DOCKER, HYBRID_ROOT, HYBRID_USER, refusal, V2_ROOT, WSL2 } from './machines.js';

const UPLINK = { name: 'eth0', mtu: 1500, forwards: false, refused: null };
const ORDINARY: NetworkFacts = {
  uplink: UPLINK,
  drop: null,
  nameServers: ['192.0.2.53'],
  neighbours: { most: 1024, fulls: 0 },
  helper: { name: 'slirp4netns', path: '/usr/bin/slirp4netns' },
};
const DROP = { family: 'ip', table: 'filter', chain: 'FORWARD', remedy: 'iptables -I …' } as const;

function rows(network: Partial<NetworkFacts>, facts: Facts = V2_ROOT): Finding[] {
  return judgeNetwork(facts, { ...ORDINARY, ...network });
}

function row(name: string, network: Partial<NetworkFacts>, facts?: Facts): Finding | undefined {
  return rows(network, facts).find((one) => one.name === name);
}

/** Without what these trials try, as netlink says it. */
function without(facts: Facts, ...names: (keyof Facts['trials'])[]): Facts {
  const refused = refusal('recvfrom', 'ENOENT', 'NFT_MSG_NEWRULE = ENOENT');
  const trials = { ...facts.trials, ...Object.fromEntries(names.map((name) => [name, refused])) };
  return { ...facts, trials };
}

describe('what the doctor says of the network of containers', () => {
  it('is good in five lines where nothing is in the way', () => {
    const told = rows({});
    const marks = told.map(({ name, state }) => `${name} ${state}`);
    expect(marks).toEqual(['bridge yes', 'way out yes', 'ports yes', 'DNS yes', 'neighbours yes']);
    expect(told.flatMap(({ remedies = [] }) => remedies)).toEqual([]);
  });

  it('is who drops what is forwarded, with the remedy, and that ports are sockets alone then', () => {
    const wayOut = row('way out', { drop: DROP });
    expect(wayOut).toMatchObject({ state: 'no', remedies: [DROP.remedy] });
    expect(wayOut?.value).toContain('chain FORWARD of the table ip filter');
    expect(row('ports', { drop: DROP })).toMatchObject({ state: 'note', value: expect.stringContaining('alone') });
  });

  it('is an MTU that is less than that of Ethernet', () => {
    expect(row('MTU', { uplink: { ...UPLINK, mtu: 1420 } })?.value).toContain('1420');
    expect(row('MTU', { uplink: { ...UPLINK, mtu: 9000 } })).toBeUndefined();
    expect(row('MTU', { uplink: null })).toBeUndefined();
  });

  it('is that a link does not forward and may not be told to, with what a container is to be given', () => {
    const shut = { uplink: { ...UPLINK, refused: 'EROFS' } };
    expect(row('way out', shut)).toMatchObject({ state: 'no', remedies: [expect.stringContaining('sysctl')] });
    const inDocker = row('way out', shut, HYBRID_ROOT);
    expect(inDocker?.remedies).toEqual(['docker run --privileged -it IMAGE']);
  });

  it('is that there is no default route, or no name server that containers reach', () => {
    expect(row('way out', { uplink: null })).toMatchObject({ state: 'note' });
    expect(row('DNS', { nameServers: [] })).toMatchObject({
      state: 'no',
      remedies: [expect.stringContaining('--dns')],
    });
  });

  it('is how many containers can talk each with each, and that more have lost packets by it', () => {
    expect(row('neighbours', {})?.value).toContain('room for 32 containers');
    const full = row('neighbours', { neighbours: { most: 1024, fulls: 7 } });
    expect(full).toMatchObject({ state: 'note', value: expect.stringContaining('in 7 times') });
    expect(full?.remedies).toEqual(['sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=4096']);
    expect(row('neighbours', { neighbours: null })).toBeUndefined();
  });

  it.each([
    ['of a distribution', V2_ROOT, ['sudo modprobe -a nft_chain_nat nft_masq']],
    ['of WSL2', WSL2, ['In PowerShell: wsl --update', 'sudo modprobe -a nft_chain_nat nft_masq']],
    ['of Docker Desktop', { ...V2_ROOT, release: '6.10.14-linuxkit' }, [expect.stringContaining('virtual machine')]],
  ])('is which modules a kernel %s lacks', (_, facts, remedies) => {
    expect(row('way out', {}, without(facts, 'masquerade'))).toMatchObject({ state: 'no', remedies });
    expect(row('ports', {}, without(facts, 'dnat'))).toMatchObject({ state: 'note' });
    expect(row('bridge', {}, without(facts, 'bridge'))?.value).toContain('no bridge');
  });

  it('is, without root, what connects containers in its place, or why nothing does', () => {
    const [found, ...more] = rows({}, HYBRID_USER);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ name: 'way out', state: 'yes', value: expect.stringContaining('slirp4netns') });
    const refused = { message: 'nothing is installed', remedy: 'sudo apt-get install slirp4netns' };
    expect(rows({ helper: refused }, DOCKER)).toMatchObject([
      { state: 'no', value: refused.message, remedies: [refused.remedy] },
    ]);
  });
});
