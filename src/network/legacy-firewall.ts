/**
 * The tables `filter` of iptables-legacy(8) and ip6tables-legacy(8): none of nf_tables. They are read as those read them, by getsockopt(2).
 * Source: ip_tables.h, ip6_tables.h and x_tables.h of include/uapi/linux/netfilter, netfilter_ipv4 and netfilter_ipv6.
 */
import { readFileSync } from 'node:fs';
import { named } from '../kernel/arguments.js';
import { call } from '../kernel/call.js';
import { close } from '../kernel/calls/index.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { getsockopt, SOCK_CLOEXEC, SOCK_DGRAM, type SocketOption, socket } from '../kernel/sockets/calls.js';
import { AF_INET, AF_INET6 } from '../kernel/sockets/socket-address.js';
import { NF_INET_FORWARD } from '../netlink/nftables/table.js';
import { ifReadable } from '../procfs/proc.js';

export type IpVersion = 4 | 6;

interface Tables {
  /** The tables that somebody has used. */
  readonly names: string;
  readonly family: number;
  readonly getInfo: SocketOption;
  readonly getEntries: SocketOption;
  /** struct ipt_entry, ip6t_entry: where it is noted where its target is. */
  readonly targetOffset: number;
}

const SOL_IP = named('SOL_IP', 0);
const SOL_IPV6 = named('SOL_IPV6', 41);
const TABLES: Readonly<Record<IpVersion, Tables>> = {
  4: {
    names: '/proc/net/ip_tables_names',
    family: AF_INET,
    getInfo: { level: SOL_IP, name: named('IPT_SO_GET_INFO', 64) },
    getEntries: { level: SOL_IP, name: named('IPT_SO_GET_ENTRIES', 65) },
    targetOffset: 88,
  },
  6: {
    names: '/proc/net/ip6_tables_names',
    family: AF_INET6,
    getInfo: { level: SOL_IPV6, name: named('IP6T_SO_GET_INFO', 64) },
    getEntries: { level: SOL_IPV6, name: named('IP6T_SO_GET_ENTRIES', 65) },
    targetOffset: 140,
  },
};

/** A table: where its chains of hooks end, and all its rules. */
export interface LegacyTable {
  readonly version: IpVersion;
  /** struct ipt_getinfo: the name, the hooks that it has, for each where its chain begins, for each where its policy is. */
  readonly info: Buffer;
  /** Rules behind each other, names of links and of chains in them. */
  readonly entries: Buffer;
}

const INFO = { bytes: 84, underflow: 56, size: 80 };
/** struct ipt_get_entries has the rules behind a name and a size. */
const GET_ENTRIES = { size: 32, bytes: 40 };
/** struct xt_standard_target: where its verdict is. */
const VERDICT = 32;
/** -NF_DROP - 1 */
const DROP = -1;

/** Undefined where there is none, or where it is being changed. One that nobody has used yet would be made by asking for it. */
export function readLegacyFilter(version: IpVersion): LegacyTable | undefined {
  const { names, family } = TABLES[version];
  const used = ifReadable(() => readFileSync(names, 'utf8')) ?? '';
  if (!used.split('\n').includes('filter')) return undefined;
  const fd = call(socket(family, SOCK_DGRAM | SOCK_CLOEXEC));
  try {
    return readTable(fd, 'filter', version);
  } catch (error) {
    if (error instanceof SyscallError && error.errno === 'EAGAIN') return undefined;
    throw error;
  } finally {
    call(close(fd));
  }
}

function readTable(fd: number, name: string, version: IpVersion): LegacyTable {
  const { getInfo, getEntries } = TABLES[version];
  const info = Buffer.alloc(INFO.bytes);
  info.write(name);
  call(getsockopt(fd, getInfo, info));
  const size = info.readUInt32LE(INFO.size);
  const answer = Buffer.alloc(GET_ENTRIES.bytes + size);
  answer.write(name);
  answer.writeUInt32LE(size, GET_ENTRIES.size);
  call(getsockopt(fd, getEntries, answer));
  return { version, info, entries: answer.subarray(GET_ENTRIES.bytes) };
}

/** Whether what is forwarded is dropped where no rule decides. */
export function dropsForwarded({ version, info, entries }: LegacyTable): boolean {
  const policy = entries.subarray(info.readUInt32LE(INFO.underflow + 4 * NF_INET_FORWARD));
  const target = policy.subarray(policy.readUInt16LE(TABLES[version].targetOffset));
  return target.readInt32LE(VERDICT) === DROP;
}

/** Whether a rule has a link of this name, or a chain has it. */
export function mentions({ entries }: LegacyTable, name: string): boolean {
  return entries.includes(`${name}\0`);
}
