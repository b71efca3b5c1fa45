import { pathBehind } from '../../src/lab/descriptor-paths.js';
import type { LabEvent, ObservationMade, SyscallMade } from '../../src/lab/events.js';

/** What a kind of observation can come of: the calls that change such a thing. */
const CHANGED_BY: readonly (readonly [path: RegExp, calls: RegExp])[] = [
  [/^\/proc\/\d+\/status$/, /^(clone|kill|write|prctl|capset|setresuid|seccomp|execve)$/],
  [/^\/proc\/\d+\/ns\b|^namespaces /, /^(clone|unshare|setns)$/],
  [/^\/proc\/\d+\/root$/, /^(chroot|chdir|pivot_root|umount2)$/],
  [/^\/proc\/\d+\/cwd$/, /^(chdir|setns)$/],
  [/^\/proc\/\d+\/mountinfo$/, /^(mount|move_mount|mount_setattr|umount2|pivot_root)$/],
  [/^\/proc\/\d+\/cgroup$|^\/sys\/fs\/cgroup\/|^limits /, /^(write|mkdirat)$/],
  [/^\/proc\/\d+\/net\//, /^(clone|sendto)$/],
  [/^\/proc\/sys\/net\//, /^write$/],
  [/^connect /, /^(sendto|clone)$/],
  [/^processes in its pid namespace$/, /^kill$/],
  [/^what it sees /, /^(clone|mount|move_mount|pivot_root|umount2|sethostname)$/],
  [/^what it may do /, /^(prctl|capset|setresuid|seccomp|write|bpf)$/],
  [/^\/proc\/sys\/kernel\/(hostname|domainname)$/, /^set(host|domain)name$/],
  [/^\/proc\/sys\/kernel\/|^\/proc\/\d+\/timens_offsets$/, /^write$/],
  [/^\/proc\/sysvipc$/, /^(msgctl|semctl|shmctl|clone)$/],
  [/^\/proc\/self\/cgroup$/, /^unshare$/],
  [/^\/proc\/\d+\/(uid_map|setgroups)$/, /^write$/],
  // What lies in directories, and what a command inside finds.
  [/./, /^(mount|move_mount|umount2|mkdirat|mknodat|symlinkat|chdir|execve)$/],
];

/** Only this says of itself what came of such calls: numbers of mounts, inodes; what came of a connection. */
const SAYS_NO_NAMES = /^what it (sees|may do) |^connect /;

/** The arrows that cannot be true, in words: of a call that was not made, only read, was another process's, or was about something else. */
export function falseCauses(events: readonly LabEvent[]): string[] {
  const found: string[] = [];
  let [calls, before]: [SyscallMade[], Map<string, string>] = [[], new Map()];
  for (const event of events) {
    if (event.type === 'step') [calls, before] = [[], new Map()];
    if (event.type === 'syscall') calls.push(event);
    if (event.type !== 'observe') continue;
    for (const place of event.causes ?? []) {
      const why = objection({ ...event, value: `${event.value}\n${before.get(event.path) ?? ''}` }, calls, place);
      if (why) found.push(`${event.step}: ${event.path} <- ${calls[place]?.text ?? place}: ${why}`);
    }
    if (event.causes?.length === 0) found.push(`${event.step}: ${event.path}: no cause is no list`);
    if (event.when === 'before') before.set(event.path, event.value ?? '');
  }
  return found;
}

function objection(seen: ObservationMade, calls: readonly SyscallMade[], place: number): string | undefined {
  const call = calls[place];
  if (!call) return 'no such call in this step';
  if (call.errno) return 'it failed';
  const [, changes] = CHANGED_BY.find(([path]) => path.test(seen.path)) ?? [];
  if (!changes?.test(call.name)) return 'it changes no such thing';
  if (SAYS_NO_NAMES.test(seen.path)) return undefined;
  const pid = /^\/proc\/(\d+)\//.exec(seen.path)?.[1];
  if (pid !== undefined && isAbout(Number(pid), seen, { calls, place })) return undefined;
  const told = wordsOf([call.text, ...pathsBehind(calls.slice(0, place + 1))].join(' '));
  // The path of such a file names its process, and says no more of what was seen.
  const words = wordsOf(pid === undefined ? `${seen.path} ${seen.value}` : `${seen.value}`);
  if ([...words].some((word) => told.has(word))) return undefined;
  return pid === undefined ? 'it has nothing in common with what was seen' : 'it was another process';
}

/** Whether a call was made by the process, by one that became it or that visited it, made the process, or names it. */
function isAbout(pid: number, { value }: ObservationMade, { calls, place }: Place): boolean {
  const { by, name, result, args, text } = calls[place] as SyscallMade;
  if (name === 'clone') return result === pid || (by === 'child' && wordsOf(`${value}`).has(`${result}`));
  if (by === 'tslab') return args.includes(pid) || args.includes(`${pid}`);
  const start = calls.slice(0, place).findLastIndex((call) => call.by === 'tslab' && call.name === 'clone');
  const next = calls.findIndex((call, i) => i > place && call.by === 'tslab');
  const list = calls.slice(start, next === -1 ? undefined : next);
  if (list.some((call) => call.name === 'clone' && call.result === pid)) return true;
  const visited = calls.slice(0, start).findLast((call) => call.name === 'pidfd_open');
  return visited?.text.startsWith(`pidfd_open(${pid},`) || text.includes(`IFLA_NET_NS_PID=${pid},`);
}

interface Place {
  readonly calls: readonly SyscallMade[];
  readonly place: number;
}

/** Names in paths and scripts, numbers, and for each flag of a namespace what /proc calls that. */
function wordsOf(text: string): Set<string> {
  const kinds = [...text.matchAll(/CLONE_NEW(\w+)/g)].map(([, kind = '']) => kind.replace('NS', 'mnt').toLowerCase());
  return new Set([...text.split(/[^\w.-]+/).filter((word) => /\w/.test(word)), ...kinds]);
}

function pathsBehind(calls: readonly SyscallMade[]): string[] {
  const numbers = calls.at(-1)?.args.filter((arg) => typeof arg === 'number') ?? [];
  return numbers.flatMap((number) => pathBehind(number, calls) ?? []);
}
