/** Docker's three files with names: a container's own and those of others. */

import { chmodSync, lstatSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname as hostName } from 'node:os';
import { join, relative } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { nodePath } from '../../kernel/files/file-names.js';
import { NotReadable, readRegularFile } from '../../kernel/files/regular-file.js';
import { notWritable } from '../../state/directories.js';
import type { ContainerConfig, MountConfig } from '../record.js';

export const OWN_FILES = ['hostname', 'hosts', 'resolv.conf'] as const;

type Texts = Readonly<Record<(typeof OWN_FILES)[number], string>>;

/** What a name resolver reads on the host: its two files, and its host name. */
export interface HostNames {
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
}

/**
 * Their contents. With `--network host` hosts and resolv.conf are the host's, and a name of the container's own is added; else it
 * reaches only itself, by an address of lo other than that of `localhost`, as Debian gives it to a machine (127.0.1.1).
 */
export function ownTexts({ hostname, name, network }: ContainerConfig, host: HostNames): Texts {
  const own = `127.0.1.1\t${[...namesOf(hostname), ...(network === 'host' ? [] : [name])].join(' ')}\n`;
  if (network !== 'host') return { hostname: `${hostname}\n`, hosts: LOCALHOST + own, 'resolv.conf': '' };
  const hosts = hostname === host.hostname ? host.hosts : endLine(host.hosts) + own;
  return { hostname: `${hostname}\n`, hosts, 'resolv.conf': host.resolvConf };
}

/** As Docker has it. */
const LOCALHOST = `127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::\tip6-localnet
ff00::\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
`;

/** `box.example.com` is called `box`, too: hosts(5). */
function namesOf(hostname: string): string[] {
  const short = hostname.split('.')[0] as string;
  return short === hostname ? [hostname] : [hostname, short];
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Writes them anew, as at each start: the host's may have changed since. Throws UserError (3) where the disk is full. */
export function writeOwnFiles(directory: string, config: ContainerConfig): void {
  const texts = ownTexts(config, config.network === 'host' ? hostNames() : NO_HOST);
  try {
    for (const name of OWN_FILES) writeOwn(join(directory, name), texts[name]);
  } catch (error) {
    throw notWritable(directory, error);
  }
}

/** The old file is removed first: the container may have changed all of it. */
function writeOwn(path: string, text: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) unlinkSync(path);
  writeFileSync(path, text, { flag: 'wx' });
  chmodSync(path, 0o644); // whatever the umask is
}

export const NO_HOST: HostNames = { hosts: '', resolvConf: '', hostname: '' };

export function hostNames(): HostNames {
  return { hosts: textOf('/etc/hosts'), resolvConf: textOf('/etc/resolv.conf'), hostname: hostName() };
}

function textOf(path: string): string {
  try {
    return readRegularFile(path, 1 << 20).toString();
  } catch (error) {
    if (error instanceof NotReadable || errorCode(error)) return '';
    throw error;
  }
}

/**
 * As bind mounts in /etc, of the files in a container's directory: all but those on which the user mounts something else, and those for
 * which another mount there leaves no room.
 */
export function ownMounts(directory: string, { mounts, readOnly }: ContainerConfig): MountConfig[] {
  return OWN_FILES.filter((name) => hasRoom(mounts, `/etc/${name}`)).map((name) => {
    const target = `/etc/${name}`;
    return { type: 'bind', source: join(directory, name), target, readOnly, propagation: 'rprivate' };
  });
}

function hasRoom(mounts: readonly MountConfig[], target: string): boolean {
  if (mounts.some((mount) => mount.target === target)) return false;
  const above = mounts.filter((mount) => target.startsWith(`${mount.target}/`));
  return above.every((mount) => mount.type === 'tmpfs' || canCarry(mount, target));
}

/** A mount point is made where it is missing; on a symbolic link, and below a file, nothing is mounted. */
function canCarry(mount: Extract<MountConfig, { source: string }>, target: string): boolean {
  if (!statSync(nodePath(mount.source)).isDirectory()) return false;
  const there = lstatSync(nodePath(join(mount.source, relative(mount.target, target))), { throwIfNoEntry: false });
  return there ? there.isFile() : !mount.readOnly;
}
