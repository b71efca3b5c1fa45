import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forwardingOf } from '../../labs/08-network/calls/forward.js';
import { writeFile } from '../kernel/call.js';
import { SyscallError } from '../kernel/errors/syscall-error.js';
import { list, maybe, record, text } from '../kernel/parser.js';
import { ifReadable } from '../procfs/proc.js';
import { removeFile } from '../state/remove-file.js';
import { type Format, readNote, writeNote } from '../state/stored.js';
import { whereWeAre } from './bridge.js';
import { networksDirectory } from './store.js';

/** Links that forward because of us; noted before they do. */
interface ForwardingNote {
  readonly where: string;
  readonly links: readonly string[];
  readonly links6?: readonly string[];
}

type Family = 4 | 6;

const NOTE: Format<ForwardingNote> = {
  version: 1,
  limit: 65_536,
  parse: record<ForwardingNote>({ where: text, links: list(text), links6: maybe(list(text)) }),
};

/**
 * Has packets go on that come in by these links. Not by net.ipv4.ip_forward, which is for all of them: who finds that on leaves the host open
 * (moby#50566). Returns why it cannot be, for those of which it cannot.
 */
export function forwardBy(links: readonly string[], family: Family = 4): SyscallError[] {
  const off = links.filter((link) => !isOn(fileOf(link, family)));
  if (off.length === 0) return [];
  const [links4, links6] = [4, 6].map((one) => [...noted(one as Family), ...(one === family ? off : [])]);
  writeNote(noteFile(), { where: whereWeAre(), links: unique(links4), links6: unique(links6) }, NOTE);
  return off.flatMap((link) => switchOn(fileOf(link, family)));
}

function unique(words: readonly string[] = []): string[] {
  return [...new Set(words)];
}

/**
 * Whether packets of IPv6 can go on by some links alone: since Linux 6.17. Before that all links forward or none (ip-sysctl), and a host
 * that forwards takes no notice of its router any more (moby#43466): that is not for tslab to switch on.
 */
export function mayForwardIpv6(): boolean {
  return existsSync(fileOf('lo', 6)) || isOn('/proc/sys/net/ipv6/conf/all/forwarding');
}

/** Nothing is left to do where all links forward. */
export function forwardIpv6By(links: readonly string[]): SyscallError[] {
  return isOn('/proc/sys/net/ipv6/conf/all/forwarding') ? [] : forwardBy(links, 6);
}

function fileOf(link: string, family: Family): string {
  return family === 4 ? forwardingOf(link) : `/proc/sys/net/ipv6/conf/${link}/force_forwarding`;
}

function switchOn(file: string): SyscallError[] {
  try {
    writeFile(file, '1');
    return [];
  } catch (error) {
    if (error instanceof SyscallError) return [error];
    throw error;
  }
}

/** Puts back what {@link forwardBy} changed, but for what has been changed since. */
export function stopForwarding(): void {
  const files = [4, 6].flatMap((family) => noted(family as Family).map((link) => fileOf(link, family as Family)));
  for (const file of files.filter(isOn)) writeFile(file, '0');
  removeFile(noteFile());
}

function isOn(file: string): boolean {
  return ifReadable(() => readFileSync(file, 'utf8'))?.trim() === '1';
}

/** Of this boot, and of this network namespace. */
function noted(family: Family): readonly string[] {
  const note = readNote(noteFile(), NOTE);
  if (note?.where !== whereWeAre()) return [];
  return family === 4 ? note.links : (note.links6 ?? []);
}

function noteFile(): string {
  return join(networksDirectory(), '.forwarding.json');
}
