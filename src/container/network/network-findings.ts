/** What `tslab doctor` says of the network of containers: for root of the default network, else of the helper in its place. */
import { explain } from '../../doctor/explanations.js';
import type { Facts } from '../../doctor/facts.js';
import type { Finding } from '../../doctor/report.js';
import type { TrialName } from '../../doctor/trials.js';
import { privileged } from '../../doctor/ways-out.js';
import { type ForeignDrop, whatDrops } from '../../network/foreign-firewall.js';
import { mostInMesh } from '../../network/neighbours.js';
import type { NetworkFacts, Uplink } from './network-facts.js';

export function judgeNetwork(facts: Facts, network: NetworkFacts): Finding[] {
  if (!facts.privileged) return [helper(network)];
  return [
    bridge(facts), //        links and bridges, as they were tried
    wayOut(facts, network), // masquerade, tables of others, forwarding
    ...mtu(network),
    ports(facts, network), // dnat, as it was tried
    nameServers(network),
    ...neighbours(network),
  ];
}

/** A row, but for what it is of. */
type Value = Omit<Finding, 'name'>;

function helper({ helper: found }: NetworkFacts): Finding {
  if ('message' in found) return { name: 'way out', value: found.message, state: 'no', remedies: given(found.remedy) };
  return { name: 'way out', value: `${found.name} (${found.path}) can connect containers of this user`, state: 'yes' };
}

function given(remedy: string | null): string[] {
  return remedy === null ? [] : [remedy];
}

function bridge(facts: Facts): Finding {
  const value = 'each container is plugged into the bridge of its network by a link of its own (veth)';
  return { name: 'bridge', ...(lack(facts, ['veth', 'bridge']) ?? { value, state: 'yes' }) };
}

/** The first thing in the way of packets that leave. */
function wayOut(facts: Facts, { uplink, drop }: NetworkFacts): Finding {
  return { name: 'way out', ...(lack(facts, ['masquerade']) ?? barred(drop) ?? wayBy(uplink, facts)) };
}

function barred(drop: ForeignDrop | null): Value | null {
  return drop && { value: `none: ${whatDrops(drop)}`, state: 'no', remedies: [drop.remedy] };
}

function wayBy(uplink: Uplink | null, facts: Facts): Value {
  if (uplink === null)
    return { value: 'this host has no default route: containers reach it and each other', state: 'note' };
  const { name, forwards, refused } = uplink;
  if (refused !== null) return shut(uplink, facts);
  const forwarding = forwards ? 'which forwards' : 'which forwards only while a container is in a network';
  return { value: `by ${name}, ${forwarding}, with an address of this host (masquerade)`, state: 'yes' };
}

function shut({ name, refused }: Uplink, facts: Facts): Value {
  const value = `none: ${name} does not forward, and tslab may not change that (${refused})`;
  const remedy = facts.container ? privileged(facts) : `sudo sysctl -w net.ipv4.conf.${name}.forwarding=1`;
  return { value, state: 'no', remedies: [remedy] };
}

/** The first of some trials that this kernel refused, and why; null where it does all of them. */
function lack(facts: Facts, trials: readonly TrialName[]): Value | null {
  const need = trials.find((name) => facts.trials[name]);
  const refusal = need && facts.trials[need];
  if (!refusal) return null;
  const { why, remedies } = explain({ facts, lab: 'run', need, refusal });
  return { value: `none: ${why}`, state: 'no', remedies };
}

const ETHERNET = 1500;

/** Larger packets would be lost, and nobody be told, where a firewall swallows ICMP: "TLS hangs" (moby#13475). */
function mtu({ uplink }: NetworkFacts): Finding[] {
  if (uplink === null || uplink.mtu >= ETHERNET) return [];
  const value = `packets of at most ${uplink.mtu} bytes leave by ${uplink.name}, fewer than ${ETHERNET}, as with a VPN; bridges of tslab are made so`;
  return [{ name: 'MTU', value, state: 'note' }];
}

/** A rule would lead packets into a chain that drops them. Without it a port works, but all clients have the bridge's address. */
function ports(facts: Facts, { drop }: NetworkFacts): Finding {
  const lacking = lack(facts, ['dnat']);
  const value = 'by a socket of tslab, and by a rule for what comes from outside (dnat)';
  if (!lacking && !drop) return { name: 'ports', value, state: 'yes' };
  const alone = 'by a socket of tslab alone: servers do not see who asks';
  return { name: 'ports', value: alone, state: 'note', remedies: lacking?.remedies ?? [] };
}

function nameServers({ nameServers: servers }: NetworkFacts): Finding {
  if (servers.length > 0) return { name: 'DNS', value: servers.join(' '), state: 'yes' };
  const value = 'no name server that containers reach: this host has none, or has it on its lo';
  return { name: 'DNS', value, state: 'no', remedies: ['tslab run --dns ADDRESS …'] };
}

/** In a network of more containers, packets are lost where each talks with each within seconds: with Docker as well. */
function neighbours({ neighbours: table }: NetworkFacts): Finding[] {
  if (table === null) return [];
  const room = `at most ${table.most} at once in all network namespaces, room for ${mostInMesh(table)} containers that each talk with each`;
  if (table.fulls === 0) return [{ name: 'neighbours', value: room, state: 'yes' }];
  const value = `${room}; since the machine started one did not fit in ${table.fulls} times, and packets were lost`;
  const remedies = [`sudo sysctl -w net.ipv4.neigh.default.gc_thresh3=${table.most * 4}`];
  return [{ name: 'neighbours', value, state: 'note', remedies }];
}
