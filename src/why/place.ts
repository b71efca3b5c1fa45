/** What there is to know of a container beside its calls: taken when its program begins, and kept after its end. */
import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { O_PATH } from '../kernel/constants.js';
import { capabilitiesIn } from '../kernel/credentials/capability-names.js';
import { deviceNumbers } from '../kernel/files/device-numbers.js';
import { openInside } from '../kernel/files/inside.js';
import { idInside } from '../oci/id-maps.js';
import { readIdMaps } from '../procfs/id-maps.js';
import { type Mount, mountAround, readMountinfo } from '../procfs/mountinfo.js';
import { readNamespace } from '../procfs/namespaces.js';
import { procPath } from '../procfs/proc.js';
import { parseStatus } from '../procfs/status.js';

/** A file as it was found behind a path. */
export interface FoundFile {
  /** Its path without symbolic links. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'device' | 'other';
  readonly uid: number;
  readonly gid: number;
  /** The lower twelve bits. */
  readonly mode: number;
  /** Of a device: `b 7:0`. */
  readonly device?: string | undefined;
}

/** Where a program ran. */
export interface Place {
  /** Its bounding set, by names. */
  readonly bounding: readonly string[];
  /** Its user, as the container numbers users. */
  readonly uid: number;
  readonly isInUserNamespace: boolean;
  readonly mounts: readonly Mount[];
  /** The label of a security module, where one has confined it. */
  readonly label: string | undefined;
  /** What is at a path, or undefined: nothing, or nothing any more. */
  look(path: string): FoundFile | undefined;
}

/** The place of a process that is there and has all its mounts. They stay as long as this is open. */
export class OpenPlace implements Place, Disposable {
  readonly bounding: readonly string[];
  readonly uid: number;
  readonly isInUserNamespace: boolean;
  readonly mounts: readonly Mount[];
  readonly label: string | undefined;
  readonly #root: number;
  /** The mounts of a namespace are taken apart with its last reference. */
  readonly #namespace: number;

  constructor(pid: number) {
    const { euid, fields } = parseStatus(readFileSync(procPath(pid, 'status'), 'utf8'));
    this.uid = idInside(readIdMaps(pid).uids, euid);
    this.bounding = capabilitiesIn(BigInt(`0x${fields.get('CapBnd') ?? '0'}`));
    this.isInUserNamespace = readNamespace(pid, 'user') !== readNamespace('self', 'user');
    this.mounts = readMountinfo(pid);
    this.label = labelOf(pid);
    this.#root = openSync(`/proc/${pid}/root`, O_PATH | constants.O_DIRECTORY);
    this.#namespace = openSync(`/proc/${pid}/ns/mnt`, 'r');
  }

  look(path: string): FoundFile | undefined {
    const fd = openInside(this.#root, path, O_PATH);
    if (fd < 0) return undefined;
    try {
      const stat = fstatSync(fd);
      const { uid, gid, mode } = stat;
      const device = deviceOf(stat);
      const kind = device === undefined ? kindOf(stat) : 'device';
      return { path: readlinkSync(`/proc/self/fd/${fd}`), kind, uid, gid, mode: mode & 0o7777, device };
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#root);
    closeSync(this.#namespace);
  }
}

function deviceOf(stat: Stats): string | undefined {
  const type = { [constants.S_IFBLK]: 'b', [constants.S_IFCHR]: 'c' }[stat.mode & constants.S_IFMT];
  const { major, minor } = deviceNumbers(stat);
  return type && `${type} ${major}:${minor}`;
}

function kindOf({ mode }: { mode: number }): FoundFile['kind'] {
  const type = mode & constants.S_IFMT;
  if (type === constants.S_IFREG) return 'file';
  return type === constants.S_IFDIR ? 'directory' : 'other';
}

/** Of AppArmor or SELinux. Without such a module the file cannot be read (EINVAL). */
function labelOf(pid: number): string | undefined {
  try {
    const label = readFileSync(`/proc/${pid}/attr/current`, 'utf8').replace(/[\0\n]+$/, '');
    return label === '' || label === 'unconfined' ? undefined : label;
  } catch {
    return undefined;
  }
}

/** The mount in which a path without symbolic links lies; undefined where it is none, as that of a pipe. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  return path.startsWith('/') ? mountAround(mounts, path) : undefined;
}
