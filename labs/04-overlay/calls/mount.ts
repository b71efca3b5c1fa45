import { release } from 'node:os';
import { chdir, close, mount, symlink } from '../../../src/kernel/calls/index.js';
import * as m from '../../../src/kernel/calls/mount-api.js';
import { AT_FDCWD, MS_NODEV, MS_NOEXEC, MS_NOSUID } from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import { type Overlay, overlayOptions, rest, writableLayer } from './options.js';

/** mount(2) copies one page of options and cuts off the rest without a word. No page is smaller than this. */
const PAGE = 4096;
/** fsconfig(2) copies so many bytes of a value, the NUL among them (strndup_user() in fs/fsopen.c). */
const LONGEST_VALUE = 256;

/** OVL_MAX_STACK in fs/overlayfs/params.h. */
const MOST_LAYERS = 500;

// #region mount-overlay
/**
 * Mounts an overlay, however many layers it has and whatever their paths look like. May change the working directory.
 * Throws RangeError above 500 layers.
 */
export function mountOverlay(overlay: Overlay, kernel = release()): Syscall[] {
  refuseTooMany(overlay);
  if (fitsIntoPage(overlay)) return mountAtOnce(overlay);
  return canAppend(overlay, kernel) ? mountLayerByLayer(overlay) : mountByShortNames(overlay);
}

/** One call, and all options in one string. */
export function mountAtOnce(overlay: Overlay): Syscall[] {
  return [mount('overlay', overlay.target, 'overlay', 0, overlayOptions(overlay))];
}
// #endregion

// #region layer-by-layer
/** A call for each layer, Linux 6.8. `lowerdir+` takes a path as it is; upperdir and workdir want their backslashes here too. */
export function mountLayerByLayer(overlay: Overlay): Syscall[] {
  const filesystem = m.fsopen('overlay');
  const set = (key: string, value?: string) =>
    value === undefined
      ? m.fsconfig(filesystem, m.FSCONFIG_SET_FLAG, key)
      : m.fsconfig(filesystem, m.FSCONFIG_SET_STRING, key, value);
  const made = m.fsmount(filesystem);
  return [
    filesystem,
    set('source', 'overlay'),
    ...overlay.lower.map((layer) => set('lowerdir+', layer)),
    ...writableLayer(overlay).map(([key, value]) => set(key, value)),
    ...rest(overlay).map(([key, value]) => set(key, value)),
    m.fsconfig(filesystem, m.FSCONFIG_CMD_CREATE),
    made,
    close(filesystem),
    m.moveMount(made, '', AT_FDCWD, overlay.target, m.MOVE_MOUNT_F_EMPTY_PATH),
    close(made),
  ];
}
// #endregion

// #region short-names
/**
 * For older kernels and longer paths: symbolic links with short names stand for the layers, in a tmpfs that only this mount
 * namespace has, and the options name them relative to the working directory. Docker keeps such links on disk (overlay2/l/).
 */
export function mountByShortNames(overlay: Overlay): Syscall[] {
  const { lower, upper, work, target } = overlay;
  const paths = [...lower, upper, work].filter((path) => path !== undefined);
  const name = (path: string) => paths.indexOf(path).toString(36);
  const short = { lower: lower.map(name), upper: upper && name(upper), work: work && name(work) };
  return [
    mount('tmpfs', target, 'tmpfs', MS_NOSUID | MS_NODEV | MS_NOEXEC, 'mode=700'),
    chdir(target),
    ...paths.map((path) => symlink(path, name(path))),
    ...mountAtOnce({ ...overlay, ...short }),
  ];
}
// #endregion

function refuseTooMany({ lower }: Overlay): void {
  if (lower.length <= MOST_LAYERS) return;
  throw new RangeError(`an overlay has at most ${MOST_LAYERS} layers, and this one has ${lower.length}`);
}

function fitsIntoPage(overlay: Overlay): boolean {
  return Buffer.byteLength(overlayOptions(overlay)) < PAGE;
}

function canAppend(overlay: Overlay, kernel: string): boolean {
  const paths = [...overlay.lower, overlay.upper ?? '', overlay.work ?? ''];
  return isAtLeast(kernel, 6, 8) && paths.every((path) => Buffer.byteLength(path) < LONGEST_VALUE);
}

function isAtLeast(kernel: string, major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = kernel.split('.').map(Number.parseFloat);
  return ours > major || (ours === major && oursMinor >= minor);
}
