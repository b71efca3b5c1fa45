import { closeSync, fchownSync } from 'node:fs';
import { join } from 'node:path';
import { UNION } from '../../../labs/09-users/calls/idmapped-layers.js';
import { mapIds, mapText } from '../../../labs/09-users/calls/maps.js';
import type { MadeNamespace } from '../../../labs/12-runtime/calls/pieces.js';
import type { MadeForIt } from '../../../labs/12-runtime/calls/terminal.js';
import { call } from '../../kernel/call.js';
import { exitGroup, open } from '../../kernel/calls/index.js';
import * as k from '../../kernel/constants.js';
import { start } from '../../kernel/process.js';
import { waitNoMore, waitNow } from '../../kernel/wait.js';
import { type IdMaps, idOutside } from '../../oci/id-maps.js';
import { readMountinfo } from '../../procfs/mountinfo.js';

/**
 * A user namespace for a container of root's, which is there before it: until this is disposed it needs no process. The one that it was made
 * with has ended.
 */
export class UserNamespace implements MadeNamespace, Disposable {
  readonly fd: number;
  readonly uid: number;
  readonly gid: number;
  readonly gate: MadeNamespace['gate'];

  /** `target`: where the container's overlay will be mounted. */
  constructor(maps: IdMaps, target: string) {
    ({ uid: this.uid, gid: this.gid, gate: this.gate } = previewNamespace(maps, target));
    this.fd = makeNamespace(maps);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}

/** The same, as it would be, for `--dry-run`. */
export function previewNamespace(maps: IdMaps, target: string): MadeNamespace {
  const lines = [`look in /proc/PID/mountinfo whether the overlay is read-only`];
  return { fd: -1, ...rootOf(maps), gate: { lines, open: (pid) => refuseReadOnly(pid, target) } };
}

/** Who root of a container is outside. */
export function rootOf({ uids, gids }: IdMaps): { readonly uid: number; readonly gid: number } {
  return { uid: idOutside(uids, 0) ?? 0, gid: idOutside(gids, 0) ?? 0 };
}

/** What makes it, a line each. */
export function namespaceLines({ uids, gids }: IdMaps): string[] {
  const written = Object.entries({ uid_map: uids, gid_map: gids }).map(
    ([file, map]) => `write ${JSON.stringify(mapText(map))} to /proc/PID/${file}`,
  );
  return ['clone(CLONE_NEWUSER|SIGCHLD)', ...written, 'open("/proc/PID/ns/user", O_RDONLY|O_CLOEXEC)'];
}

function makeNamespace({ uids, gids }: IdMaps): number {
  let fd = -1;
  const holder = start({ namespaces: k.CLONE_NEWUSER, calls: [exitGroup(0)] }, (pid) => {
    mapIds(pid, uids, gids);
    fd = call(open(`/proc/${pid}/ns/user`, k.O_RDONLY | k.O_CLOEXEC));
  });
  waitNoMore(holder.pid);
  waitNow(holder.pid);
  return fd;
}

/** What overlayfs cannot write with the ids that it has makes it read-only, and the mount succeeds all the same (ovl_make_workdir()). */
function refuseReadOnly(pid: number, target: string): void {
  const place = join(target, UNION);
  const found = readMountinfo(pid).findLast(({ mountPoint }) => mountPoint === place);
  if (found?.superOptions.includes('rw')) return;
  throw new Error(`the overlay of the container is read-only: the file system of ${target} keeps no file of its ids`);
}

/** The container's root becomes the owner of what was made for its program: who has no id in there may not be given another. */
export function giveToRoot(
  { terminal, pipes = [] }: MadeForIt,
  { uid, gid }: Pick<MadeNamespace, 'uid' | 'gid'>,
): void {
  for (const fd of [...(terminal ? [terminal.slave] : []), ...pipes]) fchownSync(fd, uid, gid);
}
