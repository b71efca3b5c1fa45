/** Which layer refused a call, by what is known of it, and what would let it through. */
import { constants } from 'node:os';
import { dirname } from 'node:path';
import { errnoName } from '../kernel/errors/errno.js';
import { DEFAULT_PROFILE } from '../seccomp/builtin/profile.js';
import type { DescribedCall } from './arguments.js';
import { judgeFile, writableRemedies } from './file-verdicts.js';
import type { Finding, RefusedCall, Verdict } from './finding.js';
import { mountOf, type Place } from './place.js';
import type { Refusal } from './refusals.js';

const { EROFS, EPERM, EACCES, EAGAIN } = constants.errno;
/** These are asked for where the bits of a file's mode do not allow something. */
const OVER_PERMISSIONS: ReadonlySet<string> = new Set(['CAP_DAC_OVERRIDE', 'CAP_DAC_READ_SEARCH', 'CAP_FOWNER']);
/** The tracer tells of them also where nothing depends on them: more memory for root (mm/util.c). */
const INCIDENTAL: ReadonlySet<string> = new Set(['brk', 'mmap', 'mremap']);

export function judge(refusal: RefusedCall, place: Place): Verdict {
  return { ...find(refusal, place), call: refusal.text, errno: errnoName(refusal.errno) };
}

function find(refusal: RefusedCall, place: Place): Finding {
  const { isFiltered, errno, lacks, call } = refusal;
  if (isFiltered) return byFilter(call);
  if (errno === EAGAIN) return byPids();
  if (MOUNTS.has(call) && lacks.length === 0 && !refusal.isRestricted) return byLock(refusal, place);
  if (errno === EROFS) return judgeFile(refusal, place) ?? unknown(place);
  if (lacks.length > 0 && !INCIDENTAL.has(call)) return byCapability(refusal, place);
  return byFiles(refusal, place) ?? byLandlock(refusal) ?? judgeOther(refusal) ?? unknown(place);
}

/** Where the kernel let CAP_DAC_OVERRIDE pass, it was not the permissions. */
function byFiles(refusal: RefusedCall, place: Place): Finding | undefined {
  const found = judgeFile(refusal, place);
  return found?.layer === 'permissions' && refusal.has.includes('CAP_DAC_OVERRIDE') ? undefined : found;
}

/** Landlock is asked last, and tells nobody (security/landlock/fs.c): EACCES of files, EPERM of all that mounts. */
function byLandlock({ isRestricted, errno, call, paths: [path] }: RefusedCall): Finding | undefined {
  const isMount = errno === EPERM && MOUNTS.has(call);
  if (!isRestricted || !(isMount || (errno === EACCES && path !== undefined))) return undefined;
  const reasons = isMount
    ? ['nobody who is under rules of Landlock may change mounts (landlock(7))']
    : [`no rule of Landlock lets ${path} be written to, made or removed`];
  const below = path === undefined || isMount ? [] : [`--security-opt landlock=rw:${dirname(path)}`];
  return { layer: 'landlock', by: 'Landlock', reasons, remedies: [...below, 'leave --security-opt landlock out'] };
}

/** Calls that change mounts. */
const MOUNTS: ReadonlySet<string> = new Set([
  ...['mount', 'umount2', 'mount_setattr', 'move_mount', 'pivot_root', 'fsmount'],
]);

/** A call that would have changed the machine, and that nothing forbids: it is not made. */
export function keptFromMachine({ text }: Pick<DescribedCall, 'text'>): Verdict {
  const reasons = ['the container may do that, and it would change the whole machine: so why does not let it'];
  return { layer: 'why', call: text, errno: 'EPERM', by: 'why itself', reasons, remedies: ['tslab run does it'] };
}

/** A call at which the filter of its container kills. */
export function killedByFilter({ name, text }: DescribedCall): Verdict {
  const { reasons, remedies } = byFilter(name);
  return { layer: 'seccomp', call: text, errno: 'SIGSYS', by: 'seccomp, which kills for it', reasons, remedies };
}

/** The rule of the builtin profile that allows the call with a capability, where there is one. */
function byFilter(call: string): Finding {
  const rules = DEFAULT_PROFILE.syscalls?.filter(({ name, names = [name ?? ''] }) => names.includes(call)) ?? [];
  const caps = [...new Set(rules.flatMap(({ includes }) => includes?.caps ?? []))].map(short);
  const hasArguments = rules.some(({ args }) => args?.length);
  const own = `--security-opt seccomp=FILE, a profile with {"names": ["${call}"], "action": "SCMP_ACT_ALLOW"}`;
  const reasons = [
    ...(caps.length > 0 ? [`the builtin profile allows ${call} with ${caps.join(' or ')} (includes.caps)`] : []),
    ...(hasArguments ? [`the builtin profile allows ${call} with other arguments`] : []),
    ...(caps.length === 0 && !hasArguments ? [`the builtin profile allows ${call} to nobody`] : []),
  ];
  const remedies = [...caps.map((name) => `--cap-add ${name}`), own];
  return { layer: 'seccomp', by: 'seccomp', reasons, remedies };
}

function byCapability(refusal: RefusedCall, place: Place): Finding {
  const { lacks } = refusal;
  const held = lacks.filter((name) => place.bounding.includes(name));
  if (place.uid !== 0 && lacks.every((name) => OVER_PERMISSIONS.has(name) || name === 'CAP_CHOWN'))
    return judgeFile(refusal, place) ?? byUser(refusal, place);
  if (place.isInUserNamespace && place.uid === 0 && held.length === lacks.length) return byUserNamespace(lacks);
  if (held.length === lacks.length) return byUser(refusal, place);
  const names = lacks.filter((name) => !held.includes(name));
  const reasons = [`it takes ${names.join(' or ')}, and the container does not have that`];
  const remedies = [`--cap-add ${short(names.at(-1) as string)}`, ...(place.uid === 0 ? [] : ['-u root'])];
  return { layer: 'capability', by: `the lack of ${names.join(', ')}`, reasons, remedies };
}

/** The container has it, and its user, who is not root, does not. */
function byUser({ lacks }: Refusal, { uid }: Place): Finding {
  const names = lacks.join(', ');
  const reasons =
    uid === 0
      ? [`the container has ${names}: the program has given it up, or is another user than root by now`]
      : [`user ${uid} has no capabilities: those of the container are root’s`];
  return { layer: 'capability', by: `the lack of ${names}`, reasons, remedies: uid === 0 ? [] : ['-u root'] };
}

function byUserNamespace(lacks: readonly string[]): Finding {
  const reasons = [
    `root has ${lacks.join(', ')} in the user namespace of the container, and the call asks for it in that of the host`,
  ];
  return { layer: 'user namespace', by: 'the user namespace', reasons, remedies: ['--userns host'] };
}

/** Calls that have rules of their own beside files and capabilities. */
function judgeOther({ call, errno, text }: RefusedCall): Finding | undefined {
  if (call === 'socket' && errno === EACCES && /, 0x0?[0-9a-f]*2, (1|58)\)/.test(text)) {
    const reasons = ['net.ipv4.ping_group_range does not have its group: a socket for ping is for these groups alone'];
    return {
      layer: 'sysctl',
      by: 'a sysctl',
      reasons,
      remedies: ['--sysctl net.ipv4.ping_group_range="0 2147483647"'],
    };
  }
  return undefined;
}

/** Mounts that came from a user namespace with more rights keep their flags (EPERM) and their places (EINVAL). */
function byLock({ paths }: RefusedCall, place: Place): Finding {
  const path = paths.at(-1);
  const mount = path === undefined ? undefined : mountOf(place.look(path)?.path ?? path, place.mounts);
  const reasons = ['a mount that came from another user namespace keeps its flags and its place (mount_namespaces(7))'];
  const writable = mount?.options.includes('ro') ? writableRemedies(mount.mountPoint, mount) : [];
  return { layer: 'locked mount', by: 'a locked mount', reasons, remedies: [...writable, ...UNSHARED] };
}

const UNSHARED = ['no user namespace of its own, and --cap-add SYS_ADMIN'];

function byPids(): Finding {
  const reasons = ['there may be no more processes: pids.max of its cgroup, or RLIMIT_NPROC of its user'];
  const remedies = ['--pids-limit NUMBER, a larger one', '--ulimit nproc=NUMBER'];
  return { layer: 'pids limit', by: 'the limit of processes', reasons, remedies };
}

/** What is left: no filter, no capability was asked for, no file forbids it. */
function unknown({ label }: Place): Finding {
  const reasons = ['no filter refused it, no capability was asked for, and the permissions of its files allow it'];
  if (label === undefined) return { layer: 'unknown', by: 'a rule of the call itself', reasons, remedies: [] };
  const remedies = ['--security-opt label=disable', '--security-opt apparmor=unconfined'];
  return { layer: 'security module', by: `a security module, by its label ${label}`, reasons, remedies };
}

function short(name: string): string {
  return name.replace('CAP_', '');
}
