/** Docker's three files with names: a container's own and those of others. */

import { chmodSync, lstatSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname as hostName } from 'node:os';
import { join, relative } from 'node:path';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { nodePath } from '../../kernel/files/file-names.js';
import { NotReadable, readRegularFile } from '../../kernel/files/regular-file.js';
import { notWritable } from '../../state/directories.js';
import { type ContainerConfig, HOST_GATEWAY, type MountConfig } from '../record.js';
import { type HostsLine, hostsLine, withPeers } from './hosts-peers.js';
import { parseResolvConf, reachable, resolvConfText } from './resolv-conf.js';

export const OWN_FILES = ['hostname', 'hosts', 'resolv.conf'] as const;

type Texts = Readonly<Record<(typeof OWN_FILES)[number], string>>;

/** What a name resolver reads on the host: its two files, and its host name. */
export interface HostNames {
  readonly hosts: string;
  readonly resolvConf: string;
  readonly hostname: string;
}

type Named = Pick<ContainerConfig, 'hostname' | 'domainname' | 'name' | 'network' | 'dns' | 'extraHosts'>;

/** Where a container is in its networks. */
export interface Whereabouts {
  readonly addresses: readonly string[];
  /** The host's address there; undefined where it has none. */
  readonly gateway: string | undefined;
  /** Who else is there. */
  readonly peers: readonly HostsLine[];
  /** Who passes questions on to the host's name servers. Undefined: it asks those itself. */
  readonly nameServer?: string;
}

const NOWHERE: Whereabouts = { addresses: ['127.0.1.1'], gateway: undefined, peers: [] };

/**
 * Their contents. With `--network host` hosts and resolv.conf are the host's, and a name of the container's own is added. One without a
 * network reaches only itself, by an address of lo other than that of `localhost`, as Debian gives it to a machine (127.0.1.1).
 */
export function ownTexts(config: Named, host: HostNames, where = NOWHERE): Texts {
  const hosts = config.network === 'host' ? sharedHosts(config, host) : ownHosts(config, where);
  return { hostname: `${config.hostname}\n`, hosts, 'resolv.conf': resolvConfOf(config, host, where) };
}

function ownHosts(config: Named, { addresses, gateway, peers }: Whereabouts): string {
  const { hostname, domainname, name, extraHosts = [] } = config;
  const extra = extraHosts.map((entry) => extraLine(entry, gateway)).join('');
  const names = [...namesOf(hostname, domainname), name];
  const own = addresses.map((address) => hostsLine({ address, names })).join('');
  return withPeers(LOCALHOST + extra + own, peers);
}

/** Whoever shares the host's network reaches the host by its lo. */
function sharedHosts({ hostname, domainname, extraHosts = [] }: Named, host: HostNames): string {
  const extra = extraHosts.map((entry) => extraLine(entry, '127.0.0.1')).join('');
  const own =
    hostname === host.hostname ? '' : hostsLine({ address: '127.0.1.1', names: namesOf(hostname, domainname) });
  return extra + own === '' ? host.hosts : endLine(host.hosts) + extra + own;
}

/** Docker's words where there is no such address (moby, buildSandboxOptions()). */
function extraLine(entry: string, gateway: string | undefined): string {
  const [name = '', given = ''] = entry.split(/:(.*)/s);
  const address = given === HOST_GATEWAY ? gateway : given;
  if (address !== undefined) return hostsLine({ address, names: [name] });
  throw new UserError(
    'unable to derive the IP value for host-gateway',
    2,
    'It takes a bridge: --network bridge, as root.',
  );
}

function resolvConfOf({ network, dns }: Named, { resolvConf }: HostNames, { nameServer }: Whereabouts): string {
  if (network === 'host') return dns ? resolvConfText(parseResolvConf(resolvConf), dns) : resolvConf;
  const host = network === 'none' ? '' : resolvConf;
  const found = parseResolvConf(host);
  return resolvConfText(nameServer === undefined ? reachable(found) : { ...found, servers: [nameServer] }, dns);
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
function namesOf(hostname: string, domainname?: string): string[] {
  if (domainname !== undefined) return [`${hostname}.${domainname}`, hostname];
  const short = hostname.split('.')[0] as string;
  return short === hostname ? [hostname] : [hostname, short];
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

/** Writes them anew, as at each start: the host's may have changed since. Throws UserError (3) where the disk is full. */
export function writeOwnFiles(directory: string, config: ContainerConfig, where?: Whereabouts): void {
  const texts = ownTexts(config, namesFor(config), where);
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

/** What a container may take over of that: nothing where it has no way to the host's name servers. */
export function namesFor({ network }: Pick<ContainerConfig, 'network'>): HostNames {
  if (network === 'none') return { hosts: '', resolvConf: '', hostname: '' };
  if (network === 'host')
    return { hosts: textOf('/etc/hosts'), resolvConf: textOf('/etc/resolv.conf'), hostname: hostName() };
  return { hosts: '', resolvConf: uplinkResolvConf(), hostname: '' };
}

/** Where a stub of systemd is the only name server, and listens on the host's lo, that says elsewhere whom it asks. */
function uplinkResolvConf(): string {
  const text = textOf('/etc/resolv.conf');
  const { servers } = parseResolvConf(text);
  return String(servers) === '127.0.0.53' ? textOf('/run/systemd/resolve/resolv.conf') : text;
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
