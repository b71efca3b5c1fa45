import { capset, prctl, setgroups, setresgid, setresuid } from '../../../src/kernel/calls/index.js';
import { PR_SET_KEEPCAPS } from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { mountOverlay } from '../../04-overlay/calls/mount.js';
import type { Overlay } from '../../04-overlay/calls/options.js';

/** Who is root of a container, in ids of the host. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

// #region as-owner
/**
 * Becomes the user of the host that root of the container is, and keeps root's capabilities: overlayfs makes its files as the user who has
 * mounted it (`ovl_override_creds()`, fs/overlayfs/util.c), and in id-mapped layers only the ids of the map can have any.
 */
export function becomeOwner({ uid, gid }: Owner): Syscall[] {
  const { permitted } = ownCapabilities();
  return [
    prctl(PR_SET_KEEPCAPS, 1),
    setgroups([]),
    setresgid(gid, gid, gid),
    setresuid(uid, uid, uid),
    capset(permitted, permitted, 0n),
  ];
}

/** An overlay whose layers are id-mapped mounts (Linux 5.19). Mounted by root it would be read-only, without an error. */
export function mountIdmappedOverlay(overlay: Overlay, owner: Owner): Syscall[] {
  return [...becomeOwner(owner), ...mountOverlay(overlay)];
}
// #endregion
