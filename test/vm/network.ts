import { FIREWALLS, HOST, PATHS, type Source, type Target } from '../kernel/network/paths.js';
import type { Commands } from './initramfs.js';

/** Addresses that the first containers of the default network have. */
export const ADDRESS = { bridge: '172.30.0.1', other: '172.30.0.2', container: '172.30.0.3' };

/** Since Linux 5.3 each network namespace has it. It is there where br_netfilter is loaded, which few machines have. */
const BRIDGE_NF = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/** A command's name has no spaces. */
export function nameOf(firewall: string): string {
  return firewall.replaceAll(' ', '-');
}

/** Networks of containers, and the matrix of published ports with the module br_netfilter. */
export function network(tslab: string): Commands {
  const commands = { begin: 'network begin', ...named(tslab), ...published(tslab), end: 'network end' };
  return Object.fromEntries(Object.entries(commands).map(([name, command]) => [`network.${name}`, command]));
}

/** A network that somebody made: names in it, who shares it, and its end. */
function named(tslab: string): Commands {
  return {
    create: `${tslab} network create --subnet 10.201.0.0/24 front`,
    db: `${tslab} run -d --name db --network front --network-alias sql busybox sleep 1000`,
    names: `${tslab} run --rm --network front busybox sh -c 'ping -c1 -W9 db && ping -c1 -W9 sql' | grep received`,
    shared: `${tslab} run --rm --network container:db busybox ip -4 -o address show eth0`,
    enter: `${tslab} enter db --net ls /proc/self/net/dev_snmp6`,
    ns: `${tslab} ns db`,
    used: `${tslab} network rm front`,
    rm: `${tslab} rm -f db && ${tslab} network rm front`,
  };
}

/** A published port, and who reaches it behind firewalls of somebody else's. */
function published(tslab: string): Commands {
  const web = running(tslab, 'container', '-p 8080:80');
  return {
    other: running(tslab, 'other'),
    web,
    port: `${tslab} port container`,
    outwards: 'network ask container outside 203.0.113.2 80',
    flushed: `nft flush ruleset && ${tslab} run --rm busybox true && nft list table inet tslab0`,
    ...behind('no firewall', 'true'),
    ...behind('an INPUT that drops', 'true'),
    // What is to be led on is decided at a start: by whether somebody drops what is forwarded.
    ...behind('a FORWARD that drops', `${tslab} rm -f container && ${web}`),
    left: `${tslab} rm -f container other && network stop && ls -1 /sys/class/net && nft list tables && cat /proc/sys/net/ipv4/conf/up0/forwarding`,
  };
}

/** All paths with a firewall, behind some command: all at once, as those that nobody answers take seconds. */
function behind(firewall: string, command: string): Commands {
  const rules = ['add table inet foreign', ...(FIREWALLS[firewall]?.chains ?? [])];
  const asks = Object.keys(PATHS).map(askOn);
  const name = nameOf(firewall);
  return {
    [`${name}.made`]: `${rules.map((rule) => `nft '${rule}'`).join(' && ')} && ${command}`,
    [`${name}.paths`]: `echo 1 >${BRIDGE_NF}; ${asks.map((ask) => `${ask} &`).join(' ')} wait; nft delete table inet foreign`,
  };
}

function askOn(path: string): string {
  const [source, target] = path.split(' → ') as [Source, Target];
  const address = { ...HOST, '127.0.0.1': '127.0.0.1', '::1': '::1', ...ADDRESS }[target];
  return `network ask ${source} ${target} ${address} ${target === 'container' ? 80 : 8080}`;
}

/** A container with a server. Its cgroup tells its process. */
function running(tslab: string, name: string, flags = ''): string {
  const run = `${tslab} run -d --name ${name} ${flags} busybox sleep 1000`;
  return `id=$(${run}) && network serve ${name} $(head -n1 /sys/fs/cgroup/tslab/*$id*/cgroup.procs)`;
}
