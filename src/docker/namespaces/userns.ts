import { release } from 'node:os';
import type { WantedRange } from '../../container/users/id-ranges.js';
import { isAtLeast } from '../../doctor/release.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkMap } from '../../oci/id-maps.js';

/** As many as every user of an image may need. */
const USUAL_SIZE = 65_536;

/** The options that go with `--userns`, as given. */
export interface UsernsFlags {
  readonly userns?: string;
  readonly network: string;
  readonly pid?: string | undefined;
  readonly ipc?: string | undefined;
}

/**
 * The ids that `--userns auto[:size=N]` or `UID:GID:SIZE` asks for; undefined for `host`, and where nothing is said. Throws UserError: 2 for
 * what cannot be, in the words of docker and its daemon where they have some, 3 where this machine cannot.
 */
export function parseUserns({ userns = '', ...others }: UsernsFlags, kernel = release()): WantedRange | undefined {
  if (userns === '' || userns === 'host') return undefined;
  const wanted = parseRange(userns);
  refuseShared(others);
  if (!isPrivileged()) throw onlyOwn(userns);
  if (!isAtLeast(kernel, 5, 19)) throw tooOld(userns, kernel);
  return wanted;
}

function parseRange(userns: string): WantedRange {
  const auto = /^auto(?::size=(\d+))?$/.exec(userns);
  if (auto) return checked({ mode: userns, size: Number(auto[1] ?? USUAL_SIZE) });
  const given = /^(\d+):(\d+):(\d+)$/.exec(userns);
  if (!given) {
    const message = `--userns: invalid USER mode: "${userns}"`;
    throw new UserError(message, 2, 'Allowed: host, auto, auto:size=N, UID:GID:SIZE.');
  }
  const [uid, gid, size] = given.slice(1).map(Number) as [number, number, number];
  return checked({ mode: userns, uid, gid, size });
}

function checked(wanted: WantedRange): WantedRange {
  const { mode, uid = 0, gid = 0, size } = wanted;
  for (const hostID of [uid, gid]) checkMap(`--userns ${mode}`, [{ containerID: 0, hostID, size }]);
  return wanted;
}

/** Root of the container has no right there, and there would be no /sys, or /proc, of its own: moby, verifyPlatformContainerSettings(). */
function refuseShared({ network, pid, ipc }: Omit<UsernsFlags, 'userns'>): void {
  const remedy = 'Leave one of the two out: with --userns host, root of the container is root of the host.';
  if (network === 'host')
    throw new UserError("cannot share the host's network namespace when user namespaces are enabled", 2, remedy);
  if (pid === 'host')
    throw new UserError('cannot share the host PID namespace when user namespaces are enabled', 2, remedy);
  const other = [network, pid, ipc].find((mode) => mode?.startsWith('container:'));
  if (other === undefined) return;
  const message = `--userns: a namespace of ${other} is owned by another user namespace`;
  throw new UserError(message, 2, 'Leave --userns out, or have it in a namespace of its own.');
}

function onlyOwn(userns: string): UserError {
  const message = `--userns ${userns}: without root a container has the ids that /etc/subuid gives to its user`;
  return new UserError(message, 3, 'Leave --userns out, or run tslab as root.');
}

function tooOld(userns: string, kernel: string): UserError {
  const message = `--userns ${userns}: the layers of an overlay can be id-mapped since Linux 5.19, and this is ${kernel}`;
  return new UserError(message, 3, 'Leave --userns out: -u gives the program another user.');
}
