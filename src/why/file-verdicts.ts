/** What a file, its mount or its permissions have against a call. */
import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { Mount } from '../procfs/mountinfo.js';
import type { Finding, RefusedCall } from './finding.js';
import { type FoundFile, mountOf, type Place } from './place.js';

const { EROFS, EPERM, EACCES } = constants.errno;
const [READ, WRITE, SEARCH] = [4, 2, 1];

/** Undefined: nothing of its files explains it. */
export function judgeFile({ call, errno, paths }: RefusedCall, place: Place): Finding | undefined {
  for (const path of paths) {
    const file = place.look(path);
    const found =
      errno === EROFS
        ? byReadOnly(file?.path ?? path, place)
        : (byDevices(call, errno, file) ??
          byFlags(call, errno, { file, place }) ??
          byMode(call, path, { file, place }));
    if (found) return found;
  }
  return undefined;
}

function byReadOnly(path: string, { mounts }: Place): Finding | undefined {
  const mount = mountOf(path, mounts);
  if (!mount) return undefined;
  const { mountPoint } = mount;
  const layer = isKernels(mountPoint) ? 'read-only path' : 'read-only mount';
  return {
    layer,
    by: nameOf(mount),
    reasons: [`${mountPoint} is mounted read-only (${mount.fstype})`],
    remedies: writableRemedies(path, mount),
  };
}

/** A directory of the kernel's is hidden under a tmpfs. */
function nameOf({ mountPoint, fstype }: Mount): string {
  if (mountPoint === '/') return 'the read-only root';
  return isKernels(mountPoint) && fstype === 'tmpfs'
    ? `the mask on ${mountPoint}`
    : `the read-only mount of ${mountPoint}`;
}

function isKernels(mountPoint: string): boolean {
  return /^\/(proc|sys)(\/|$)/.test(mountPoint);
}

/** Options with which something may be written there. */
export function writableRemedies(path: string, { mountPoint, fstype, root }: Mount): string[] {
  if (/^\/proc\/sys\/(net|kernel\/(msg|sem|shm)|fs\/mqueue)/.test(path))
    return [`--sysctl ${path.slice('/proc/sys/'.length).replaceAll('/', '.')}=VALUE`];
  if (isKernels(mountPoint))
    return mountPoint.startsWith('/sys') ? ['--privileged'] : ['--security-opt systempaths=unconfined'];
  if (mountPoint === '/')
    return ['leave --read-only out', ...(dirname(path) === '/' ? [] : [`--tmpfs ${dirname(path)}`])];
  return fstype === 'tmpfs' && root === '/' ? [`--tmpfs ${mountPoint}:rw`] : [`-v SOURCE:${mountPoint}:rw`];
}

/** The rules for devices are asked at open(2) and mknod(2): EPERM, without a capability (security/device_cgroup.c; a program of BPF). */
function byDevices(call: string, errno: number, file: FoundFile | undefined): Finding | undefined {
  const isMade = call.startsWith('mknod');
  if (errno !== EPERM || !(isMade || (call.startsWith('open') && file?.kind === 'device'))) return undefined;
  const reasons = [`the rules of its cgroup do not allow this device to be ${isMade ? 'made' : 'opened'}`];
  const remedies = [
    ...(file?.path.startsWith('/dev/') ? [`--device ${file.path}`] : []),
    `--device-cgroup-rule '${file?.device ?? 'TYPE MAJOR:MINOR'} rwm'`,
  ];
  return { layer: 'devices', by: 'the rules for devices', reasons, remedies };
}

interface At {
  readonly file: FoundFile | undefined;
  readonly place: Place;
}

function byFlags(call: string, errno: number, { file, place }: At): Finding | undefined {
  const mount = file && errno === EACCES ? mountOf(file.path, place.mounts) : undefined;
  const wants = call.startsWith('exec') ? 'noexec' : 'nodev';
  if (!mount?.options.includes(wants) || (wants === 'nodev' && file?.kind !== 'device')) return undefined;
  const { mountPoint, fstype } = mount;
  const what = wants === 'noexec' ? 'programs' : 'devices';
  const option = wants.replace('no', '');
  return {
    layer: 'mount flags',
    by: `a mount without ${what}`,
    reasons: [`${mountPoint} is mounted ${wants}`],
    remedies: [fstype === 'tmpfs' ? `--tmpfs ${mountPoint}:${option}` : `a mount of ${mountPoint} with ${option}`],
  };
}

/** Calls that change a directory, of which the name is an entry. */
const CHANGES_DIRECTORY = /^(mk|rm|unlink|rename|link|symlink|creat)/;

function byMode(call: string, path: string, { file, place }: At): Finding | undefined {
  const closed = closedDirectory(path, place);
  if (closed) return permissions(closed, place, 'go through it');
  const directory = place.look(dirname(path));
  const changed = !file || CHANGES_DIRECTORY.test(call) ? directory : file;
  if (!changed) return undefined;
  if (call.startsWith('exec'))
    return file && (file.mode & 0o111) === 0 ? permissions(file, place, 'execute it') : undefined;
  const isOwners = /^(l|f)?ch(mod|own)|utime/.test(call) && changed.uid !== place.uid;
  const wanted = changed === directory ? WRITE | SEARCH : call.startsWith('open') ? READ | WRITE : WRITE;
  if (isOwners || !mayAll(changed, wanted, place.uid))
    return permissions(changed, place, isOwners ? 'change its owner, mode or times' : 'do that');
  return undefined;
}

/** The first directory on the way that may not be gone through. */
function closedDirectory(path: string, place: Place): FoundFile | undefined {
  for (let at = 1; at > 0; at = path.indexOf('/', at + 1)) {
    const directory = place.look(path.slice(0, at) || '/');
    if (directory?.kind === 'directory' && !mayAll(directory, SEARCH, place.uid)) return directory;
  }
  return undefined;
}

/** Of a user who is in no group of the file's: groups are not looked at, and so `others` counts. */
function mayAll({ uid, mode }: FoundFile, wanted: number, user: number): boolean {
  const bits = uid === user ? mode >> 6 : mode;
  return (bits & wanted) === wanted;
}

function permissions({ path, uid, gid, mode }: FoundFile, { uid: user }: Place, what: string): Finding {
  const octal = `0${mode.toString(8).padStart(3, '0')}`;
  return {
    layer: 'permissions',
    by: `the permissions of ${path}`,
    reasons: [`${path} belongs to ${uid}:${gid} and has mode ${octal}: user ${user} may not ${what}`],
    remedies: [...(user === uid ? [] : [`-u ${uid}`]), `chmod or chown ${path}`],
  };
}
