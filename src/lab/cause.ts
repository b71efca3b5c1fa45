import type { Child } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import { pathBehind } from './descriptor-paths.js';
import type { SyscallMade } from './events.js';

/** A call that a lab has made and told. */
export interface ToldCall {
  readonly call: Syscall;
  readonly event: SyscallMade;
}

/**
 * What made a difference: a call, as the object that stands in a list or was given to `lab.call`; the clone(2) that a process
 * came from; what tslab did to a file or a process ({@link changeOf}); several of these. Only what was made in this step, and succeeded, is
 * named: nothing where `--skip` left it out.
 */
export type Cause = Syscall | Child | OwnChange | false | undefined | readonly Cause[];

/** What tslab itself did to a file or a process, in work whose calls no lab lists, such as a method of a cgroup. */
export interface OwnChange {
  readonly changed: string | number;
}

/** The last call of tslab's own that made this directory, wrote into this file, or sent a signal to the process with this pid. */
export function changeOf(changed: string | number): OwnChange {
  return { changed };
}

/** The calls of these names that a process made on the way to its program. */
export function madeBy(child: Child, ...names: readonly string[]): Syscall[] {
  return withName(
    child.trace().map(({ call }) => call),
    ...names,
  );
}

/** The calls of these names in a list. */
export function withName(calls: readonly Syscall[], ...names: readonly string[]): Syscall[] {
  return calls.filter(({ name }) => names.includes(name));
}

/** The calls of a list that name one of these, themselves or by a descriptor: a path or what is below it, or what a mount is called. */
export function naming(calls: readonly Syscall[], ...texts: readonly string[]): Syscall[] {
  return calls.filter((call) => texts.some((text) => names(text, call)));
}

function names(text: string, { args }: Syscall): boolean {
  return args.some((arg) => {
    if (arg.kind === 'result') return names(text, arg.of);
    return arg.kind === 'string' && `${arg.value}/`.startsWith(`${text}/`);
  });
}

/** Where the calls that are a cause stand among those that the step has told, from 0. */
export function placesOf(cause: Cause, told: readonly ToldCall[]): number[] {
  return [...new Set(find(cause, told))].filter((place) => place !== -1).sort((a, b) => a - b);
}

function find(cause: Cause, told: readonly ToldCall[]): number[] {
  if (!cause) return [];
  if (isSeveral(cause)) return cause.flatMap((one) => find(one, told));
  const isIt = 'changed' in cause ? isChangeOf(cause.changed, told) : 'pid' in cause ? isStartOf(cause) : isCall(cause);
  return [told.findLastIndex((one, place) => hasHappened(one) && isIt(one, place))];
}

type IsIt = (told: ToldCall, place: number) => boolean;

function isSeveral(cause: Cause): cause is readonly Cause[] {
  return Array.isArray(cause);
}

function hasHappened({ call, event }: ToldCall): boolean {
  return !call.housekeeping && event.errno === undefined;
}

function isCall(cause: Syscall): IsIt {
  return ({ call }) => call === cause;
}

/** The last clone(2) of its list, else the one by which tslab made the process. */
function isStartOf(child: Child): IsIt {
  const [last] = madeBy(child, 'clone').slice(-1);
  return last ? isCall(last) : ({ event }) => event.name === 'clone' && event.result === child.pid;
}

function isChangeOf(what: string | number, told: readonly ToldCall[]): IsIt {
  const events = told.map(({ event }) => event);
  return ({ event: { by, name, args, text } }, place) => {
    if (by !== 'tslab') return false;
    if (name === 'bpf') return pathBehind(targetOf(text), events.slice(0, place + 1)) === what;
    if (name === 'write') return pathBehind(Number(args[0]), events.slice(0, place + 1)) === what;
    return ['mkdirat', 'kill'].includes(name) && args.includes(what);
  };
}

/** The cgroup that a program is attached to. */
function targetOf(attached: string): number {
  return Number(/target_fd=(\d+)/.exec(attached)?.[1] ?? -1);
}

/** Calls as they were made, with commas between; those of one name as `mount ×4`. */
export function inShort(calls: readonly Pick<SyscallMade, 'name' | 'text'>[]): string {
  const texts = [...new Set(calls.map(({ name }) => name))].map((name) => {
    const [one, ...others] = calls.filter((call) => call.name === name);
    return one && others.length === 0 ? one.text : `${name} ×${others.length + 1}`;
  });
  return texts.join(', ');
}
