import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { NetworkFacts } from '../../src/container/network/network-facts.js';
import type { DoctorReport } from '../../src/doctor/report.js';
import { needs } from '../support/needs.js';
import { bareEnvironment, TSLAB } from './tslab.js';

beforeEach((test) => needs(test, 'root'));

/** A host of its own, with one link and a default route. IPv6 would go on changing for a second. */
const HOST = `echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6; ip link set lo up
ip link add up0 type veth peer name up1; ip link set up1 up; ip link set up0 up
ip address add 203.0.113.1/24 dev up0; ip route add default via 203.0.113.2`;

/** What node prints in a network and a mount namespace that a script for bash has made something of. */
function nodeIn(script: string, ...args: string[]): string {
  const state = mkdtempSync(join(tmpdir(), 'tslab-test-'));
  onTestFinished(() => rmSync(state, { recursive: true }));
  const shell = ['bash', '-ec', `${HOST}; ${script}`, 'bash', process.execPath, ...args];
  const options = { encoding: 'utf8', env: { ...bareEnvironment(), TSLAB_STATE: state } } as const;
  const { stdout, stderr } = spawnSync('unshare', ['--net', '--mount', '--propagation', 'private', ...shell], options);
  expect(stderr).toBe('');
  return stdout;
}

const MODULE = pathToFileURL('dist/src/container/network/network-facts.js').href;
const EXAMINE = `import { examineNetwork } from '${MODULE}'; console.log(JSON.stringify(examineNetwork()));`;

function factsIn(script: string): NetworkFacts {
  return JSON.parse(nodeIn(script, '--input-type=module', '--eval', EXAMINE)) as NetworkFacts;
}

const RUN = '"$@"';
/** The program, and a comparison of what the host has with what it had: an error where that differs. */
const UNCHANGED = `look() { ip -d link; ip address; ip route; nft list ruleset; grep . /proc/sys/net/ipv4/conf/*/forwarding; }
before=$(look); "$@"; diff <(echo "$before") <(look) >&2`;

describe('the doctor, of the network of containers', () => {
  it("says of a chain of Docker's what lets packets pass, and changes no link, route, table or forwarding", () => {
    const forward = 'chain FORWARD { type filter hook forward priority 0; policy drop; };';
    const script = `nft 'table ip filter { chain DOCKER-USER { }; ${forward} }'; ${UNCHANGED}`;
    const { machine } = JSON.parse(nodeIn(script, TSLAB, 'doctor', '--json')) as DoctorReport;
    const told = Object.fromEntries(machine.map((finding) => [finding.name, finding]));
    const remedy = 'iptables -I DOCKER-USER -i tslab0 -j ACCEPT && iptables -I DOCKER-USER -o tslab0 -j ACCEPT';
    expect(told['way out']).toMatchObject({ state: 'no', remedies: [remedy] });
    expect(told.ports).toMatchObject({ state: 'note', value: expect.stringContaining('alone') });
    expect(told.bridge).toMatchObject({ state: 'yes' });
  });

  it('finds a chain that lets packets pass in nobody’s way', () => {
    const { drop } = factsIn(
      `nft 'table ip filter { chain FORWARD { type filter hook forward priority 0; }; }'; ${RUN}`,
    );
    expect(drop).toBeNull();
  });

  it('sees the link of the default route, its MTU, and whether it forwards', () => {
    expect(factsIn(RUN).uplink).toEqual({ name: 'up0', mtu: 1500, forwards: false, refused: null });
    const other = `ip link set up0 mtu 1420; echo 1 > /proc/sys/net/ipv4/conf/up0/forwarding; ${RUN}`;
    expect(factsIn(other).uplink).toEqual({ name: 'up0', mtu: 1420, forwards: true, refused: null });
    expect(factsIn(`ip route delete default; ${RUN}`).uplink).toBeNull();
  });

  it('sees that forwarding is not to be switched on, as where a container has /proc/sys read-only', () => {
    const { uplink } = factsIn(`mount --bind /proc/sys /proc/sys; mount -o remount,bind,ro /proc/sys; ${RUN}`);
    expect(uplink).toMatchObject({ forwards: false, refused: 'EROFS' });
  });

  it.each([
    ['nameserver 127.0.0.1', []],
    [String.raw`nameserver ::1\nnameserver 192.0.2.53`, ['192.0.2.53']],
  ])('takes name servers that only the host reaches for none: %s', (lines, servers) => {
    const file = `mount -t tmpfs t /mnt; printf '${lines}\\n' > /mnt/r; mount --bind /mnt/r /etc/resolv.conf`;
    expect(factsIn(`${file}; ${RUN}`).nameServers).toEqual(servers);
  });

  it.for([
    ['mknod -m 666 /dev/net/tun c 10 200', { name: 'slirp4netns' }],
    ['mknod -m 600 /dev/net/tun c 10 200', { remedy: expect.stringContaining('chmod 666') }],
    [':', { remedy: expect.stringContaining('modprobe tun') }],
  ] as const)('sees what an ordinary user has in place of a bridge: %s', ([make, helper], test) => {
    needs(test, 'node and tslab where every user may read');
    // Which program it is makes no difference: it is not started.
    const program = 'mount -t tmpfs t /mnt; cp /bin/true /mnt/slirp4netns; PATH=/mnt:$PATH';
    const user = 'setpriv --reuid=65534 --regid=65534 --clear-groups "$@"';
    const facts = factsIn(`${program}; mkdir -p /dev/net; mount -t tmpfs t /dev/net; ${make}; ${user}`);
    expect(facts.helper).toMatchObject(helper);
    expect(facts.drop).toBeNull();
  });
});
