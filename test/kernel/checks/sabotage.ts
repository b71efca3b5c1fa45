/** What can be wrong on purpose with a process or a call of a lab: the kernel is the real one, and is asked for something else. */
import type { ProcessSpec } from '../../../src/kernel/process.js';
import { renderCall } from '../../../src/kernel/render.js';
import type { Argument, Syscall } from '../../../src/kernel/syscall.js';
import type { Sabotage } from '../../../src/lab/request.js';

export type Spec = ProcessSpec;

/** Something that is wrong. */
export type Fault = (spec: Spec) => Spec;

/** A run of a lab, and the checks that do not hold in it, as `step: name`. */
export interface Run {
  readonly skip?: readonly string[];
  /** What is wrong in which step. */
  readonly faults: Readonly<Record<string, Fault>>;
  readonly fails: readonly string[];
  /** What fails too where the machine can show it: where nothing else wants the CPU, or there are links besides `lo`. */
  readonly perhaps?: readonly string[];
  /** Takes back what was left on the host on purpose. */
  readonly undo?: () => unknown;
}

export function sabotageOf({ faults }: Run): Sabotage {
  return (step, spec) => faults[step]?.(spec) ?? spec;
}

export function both(...faults: readonly Fault[]): Fault {
  return (spec) => faults.reduce((changed, fault) => fault(changed), spec);
}

/** A fault of those processes only that make a call which reads like this. */
export function where(text: RegExp, fault: Fault): Fault {
  return (spec) => (spec.calls.some(reads(text)) ? fault(spec) : spec);
}

/** A fault of those only that make none. */
export function unless(text: RegExp, fault: Fault): Fault {
  return (spec) => (spec.calls.some(reads(text)) ? spec : fault(spec));
}

export function drop(text: RegExp): Fault {
  return replace(text);
}

export function replace(text: RegExp, ...calls: readonly Syscall[]): Fault {
  return changing((call) => (reads(text)(call) ? calls : [call]));
}

export function before(text: RegExp, ...calls: readonly Syscall[]): Fault {
  return changing((call) => (reads(text)(call) ? [...calls, call] : [call]));
}

export function after(text: RegExp, ...calls: readonly Syscall[]): Fault {
  return changing((call) => (reads(text)(call) ? [call, ...calls] : [call]));
}

/** Other words in what a program is told to do, or to be. */
export function program(from: string | RegExp, to: string): Fault {
  return changing((call) => (call.name === 'execve' ? [{ ...call, args: call.args.map(reworded(from, to)) }] : [call]));
}

/** Other words in an argument of a call which reads like this. */
export function argument(text: RegExp, from: string | RegExp, to: string): Fault {
  return changing((call) => (reads(text)(call) ? [{ ...call, args: call.args.map(reworded(from, to)) }] : [call]));
}

/** A flag that is not set, in calls which read like this. */
export function withoutFlag(text: RegExp, name: string, flag: number): Fault {
  const unset = (arg: Argument): Argument => {
    if (arg.kind !== 'integer' || !arg.text?.split('|').includes(name)) return arg;
    const left = arg.text.split('|').filter((one) => one !== name);
    return { ...arg, value: arg.value & ~BigInt(flag), text: left.join('|') || '0' };
  };
  return changing((call) => (reads(text)(call) ? [{ ...call, args: call.args.map(unset) }] : [call]));
}

export function withNamespace(flag: number): Fault {
  return (spec) => ({ ...spec, namespaces: (spec.namespaces ?? 0) | flag });
}

export function withoutNamespace(flag: number): Fault {
  return (spec) => ({ ...spec, namespaces: (spec.namespaces ?? 0) & ~flag });
}

/** The paths and other strings that a process gives to the first call of this name. */
export function argumentsOf({ calls }: Spec, name: string): string[] {
  const args = calls.find((call) => call.name === name)?.args ?? [];
  return args.flatMap((arg) => (arg.kind === 'string' && arg.value !== null ? [arg.value] : []));
}

function reads(text: RegExp): (call: Syscall) => boolean {
  return (call) => text.test(renderCall(call));
}

/** Other calls in place of some. Those that use the result of one that was replaced use that of the last in its place. */
function changing(change: (call: Syscall) => readonly Syscall[]): Fault {
  return (spec) => {
    const instead = new Map<Syscall, Syscall>();
    const calls = spec.calls.flatMap((call) => {
      const calls = change(rewired(call, instead));
      instead.set(call, calls.at(-1) ?? call);
      return calls;
    });
    return { ...spec, calls };
  };
}

function rewired(call: Syscall, instead: ReadonlyMap<Syscall, Syscall>): Syscall {
  const now = (arg: Argument) => (arg.kind === 'result' ? (instead.get(arg.of) ?? arg.of) : undefined);
  const isMoved = (arg: Argument) => arg.kind === 'result' && now(arg) !== arg.of;
  if (!call.args.some(isMoved)) return call;
  return { ...call, args: call.args.map((arg) => (arg.kind === 'result' ? { ...arg, of: now(arg) ?? arg.of } : arg)) };
}

function reworded(from: string | RegExp, to: string): (arg: Argument) => Argument {
  return (arg) => {
    if (arg.kind === 'string' && arg.value !== null)
      return { ...arg, value: arg.value.replaceAll(asGlobal(from), () => to) };
    if (arg.kind !== 'strings') return arg;
    return { kind: 'strings', value: arg.value.map((word) => word.replaceAll(asGlobal(from), () => to)) };
  };
}

function asGlobal(from: string | RegExp): string | RegExp {
  return typeof from === 'string' ? from : new RegExp(from, 'g');
}
