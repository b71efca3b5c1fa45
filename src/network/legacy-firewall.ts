/**
 * The table `filter` of iptables-legacy(8): not one of nf_tables. It is read as iptables reads it, by getsockopt(2). Source:
 * include/uapi/linux/netfilter_ipv4/ip_tables.h, include/uapi/linux/netfilter/x_tables.h.
 */
import { readFileSync } from 'node:fs';
import { named } from '../kernel/arguments.js';
import { call } from '../kernel/call.js';
import { close } from '../kernel/calls/index.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { getsockopt, SOCK_CLOEXEC, SOCK_DGRAM, type SocketOption, socket } from '../kernel/sockets/calls.js';
import { AF_INET } from '../kernel/sockets/socket-address.js';
import { NF_INET_FORWARD } from '../netlink/nftables/table.js';
import { ifReadable } from '../procfs/proc.js';

const SOL_IP = named('SOL_IP', 0);
const IPT_SO_GET_INFO: SocketOption = { level: SOL_IP, name: named('IPT_SO_GET_INFO', 64) };
const IPT_SO_GET_ENTRIES: SocketOption = { level: SOL_IP, name: named('IPT_SO_GET_ENTRIES', 65) };

/** A table: where its chains of hooks end, and all its rules. */
export interface LegacyTable {
  /** struct ipt_getinfo: the name, the hooks that it has, for each where its chain begins, for each where its policy is. */
  readonly info: Buffer;
  /** Rules behind each other, names of links and of chains in them. */
  readonly entries: Buffer;
}

const INFO = { bytes: 84, underflow: 56, size: 80 };
/** struct ipt_get_entries has the rules behind a name and a size. */
const GET_ENTRIES = { size: 32, bytes: 40 };
/** struct ipt_entry and struct xt_entry_target: where the target is noted, and the verdict of a standard one. */
const TARGET_OFFSET = 88;
const VERDICT = 32;
/** -NF_DROP - 1 */
const DROP = -1;

/** Undefined where there is none, or where it is being changed. One that nobody has used yet would be made by asking for it. */
export function readLegacyFilter(): LegacyTable | undefined {
  const names = ifReadable(() => readFileSync('/proc/net/ip_tables_names', 'utf8')) ?? '';
  if (!names.split('\n').includes('filter')) return undefined;
  const fd = call(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC));
  try {
    return readTable(fd, 'filter');
  } catch (error) {
    if (error instanceof SyscallError && error.errno === 'EAGAIN') return undefined;
    throw error;
  } finally {
    call(close(fd));
  }
}

function readTable(fd: number, name: string): LegacyTable {
  const info = Buffer.alloc(INFO.bytes);
  info.write(name);
  call(getsockopt(fd, IPT_SO_GET_INFO, info));
  const size = info.readUInt32LE(INFO.size);
  const answer = Buffer.alloc(GET_ENTRIES.bytes + size);
  answer.write(name);
  answer.writeUInt32LE(size, GET_ENTRIES.size);
  call(getsockopt(fd, IPT_SO_GET_ENTRIES, answer));
  return { info, entries: answer.subarray(GET_ENTRIES.bytes) };
}

/** Whether what is forwarded is dropped where no rule decides. */
export function dropsForwarded({ info, entries }: LegacyTable): boolean {
  const policy = entries.subarray(info.readUInt32LE(INFO.underflow + 4 * NF_INET_FORWARD));
  const target = policy.subarray(policy.readUInt16LE(TARGET_OFFSET));
  return target.readInt32LE(VERDICT) === DROP;
}

/** Whether a rule has a link of this name, or a chain has it. */
export function mentions({ entries }: LegacyTable, name: string): boolean {
  return entries.includes(`${name}\0`);
}
