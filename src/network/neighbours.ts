import { readFileSync } from 'node:fs';
import { ifReadable } from '../procfs/proc.js';

/**
 * The table of neighbours, which who sends by Ethernet has to have their MAC addresses in: one for all network namespaces of a kernel
 * (net/core/neighbour.c, arp_tbl). Two containers that talk with each other take two entries.
 */
export interface NeighbourTable {
  /** net.ipv4.neigh.default.gc_thresh3: with as many none is added. Those that are in use stay for half a minute. */
  readonly most: number;
  /** How often one was not added since this machine started: each time, a packet was not sent. */
  readonly fulls: number;
}

/** Null but in the network namespace that this machine started with: only there its size can be seen, and changed. */
export function readNeighbourTable(): NeighbourTable | null {
  return ifReadable(() => {
    const most = Number(readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8'));
    return { most, fulls: parseFulls(readFileSync('/proc/net/stat/arp_cache', 'utf8')) };
  });
}

/** A line of titles, then one of hexadecimal numbers for each CPU (net/core/neighbour.c, neigh_stat_seq_show()). */
export function parseFulls(text: string): number {
  const [titles = [], ...cpus] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const column = titles.indexOf('table_fulls');
  return cpus.reduce((sum, words) => sum + Number.parseInt(words[column] ?? '0', 16), 0);
}

/** How many containers can talk each with each at once: n of them take n × (n − 1) entries. */
export function mostInMesh({ most }: NeighbourTable): number {
  return Math.floor((1 + Math.sqrt(1 + 4 * most)) / 2);
}
