/** What an ordinary user has on most machines, for tests that root runs. */
import { HELPERS } from '../../../src/network/rootless/choose.js';
import { readNamespace } from '../../../src/procfs/namespaces.js';
import { listProcesses } from '../../../src/procfs/processes.js';
import { ORDINARY_USER } from '../../support/needs.js';

export const UID = ORDINARY_USER.uid ?? 0;

/** /dev/net/tun, which is root's alone where nobody runs udev; a name server of the host's; and only one of the helpers. */
const SURROUNDINGS = `mount -t tmpfs tmpfs /dev/net && mknod -m 666 /dev/net/tun c 10 200
mount --bind "$1" /etc/resolv.conf; shift
for hidden in $1; do mount --bind /dev/null "$(command -v "$hidden")"; done; shift
exec setpriv --reuid ${UID} --regid ${UID} --clear-groups "$@"`;

/** The words after `unshare` with which a program runs there; it has the pid of `unshare`. */
export function onUsersHost(helper: string, resolvConf: string, program: readonly string[]): string[] {
  const hidden = HELPERS.filter((one) => one !== helper).join(' ');
  return ['--mount', '--propagation', 'private', 'bash', '-ec', SURROUNDINGS, 'bash', resolvConf, hidden, ...program];
}

/** Helpers that have their sockets on the host that the tests have to themselves. */
export function helpersHere(): string[] {
  const here = readNamespace('self', 'net');
  const helpers = listProcesses().filter(({ comm, state }) => state !== 'Z' && /^(slirp4netns|pasta|passt)/.test(comm));
  return helpers.filter(({ pid }) => readNamespace(pid, 'net') === here).map(({ comm }) => comm);
}
