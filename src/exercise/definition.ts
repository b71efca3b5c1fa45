import type { Child } from '../kernel/process.js';
import type { Syscall } from '../kernel/syscall.js';
import type { Lab } from '../lab/lab.js';

/** `list`: a file whose list of calls is made at each save. `shell`: a shell, whose doings are looked at. */
export type Form = 'list' | 'shell';

/** Whether a fact holds; where that was read, and what was there. */
export interface Finding {
  readonly held: boolean;
  /** A real path, or what was counted. */
  readonly at: string;
  readonly says: string;
}

/** Reads the kernel's state, from the host: never what somebody printed. */
export type Look = () => Finding | Promise<Finding>;

/** By the ids of the exercise's facts. */
export type Facts<Id extends string = string> = Readonly<Record<Id, Look>>;

/** What an exercise module exports. Its texts are beside it: en.md and zh.md, with a section for each fact. */
interface Common<Id extends string> {
  readonly id: string;
  /** Ids of the facts, in the order in which they are looked at. */
  readonly facts: readonly Id[];
  /** Wrong answers, which lie beside it as `wrong-NAME`, and the first fact that each of them fails. */
  readonly wrong: Readonly<Record<string, Id | typeof CALLS>>;
  /** Why nobody but root can do it; undefined where a user namespace is enough. */
  readonly needsRoot?: string;
  /** It makes control groups, which an ordinary user can where some are delegated. */
  readonly needsCgroup?: true;
}

/** The first fact of each exercise in the form of a list: the kernel made every call. */
export const CALLS = 'calls';

export interface ListExercise<Id extends string = string> extends Common<Id> {
  readonly form: 'list';
  /** Prepares what the list works with. What is made through `lab` is gone when the attempt is over. */
  prepare(lab: Lab): ListStage<Id> | Promise<ListStage<Id>>;
}

export interface ListStage<Id extends string = string> {
  /** What the student's function gets. */
  readonly given: Readonly<Record<string, string>>;
  /** Starts a process with these calls. Throws SyscallError where the kernel refuses one. */
  run(calls: readonly Syscall[]): Promise<Facts<Id>>;
}

export interface ShellExercise<Id extends string = string> extends Common<Id> {
  readonly form: 'shell';
  /** Prepares what the shell is to find, in the box in which it will be. */
  prepare(lab: Lab, box: Child): ShellStage<Id> | Promise<ShellStage<Id>>;
}

export interface ShellStage<Id extends string = string> {
  /** Variables of the shell's environment. */
  readonly given: Readonly<Record<string, string>>;
  readonly facts: Facts<Id>;
}

export type Exercise = ListExercise | ShellExercise;

/** Keeps the ids of facts in an exercise's type, so that none is misspelt or left out. */
export function listExercise<const Id extends string>(exercise: ListExercise<Id>): ListExercise<Id> {
  return exercise;
}

/** The same for one with a shell. */
export function shellExercise<const Id extends string>(exercise: ShellExercise<Id>): ShellExercise<Id> {
  return exercise;
}
