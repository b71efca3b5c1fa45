import { statSync } from 'node:fs';
import type { Cgroup } from '../../../src/cgroup/cgroup.js';
import type { Role } from '../../../src/cgroup/files.js';
import { type Cgroups, openCgroups } from '../../../src/cgroup/open.js';
import type { Controller } from '../../../src/cgroup/types.js';
import type { Child, ProcessSpec } from '../../../src/kernel/process.js';
import { changeOf } from '../../../src/lab/cause.js';
import type { LabEvent } from '../../../src/lab/events.js';
import type { Finished, Lab } from '../../../src/lab/lab.js';
import { hostFile } from '../../../src/lab/observation.js';
import type { Flags } from '../../../src/lab/request.js';
import { chrootInto, shell, withProgram } from '../../../src/lab/script.js';
import { joinCgroup } from '../calls/limits.js';
import { type Options, parseOptions, readMachine } from './options.js';

/** What the steps of this lab work with. */
export interface Setup {
  readonly lab: Lab;
  readonly options: Options;
  readonly cgroups: Cgroups;
}

/** A step, and what it needs. */
export interface Step {
  readonly id: string;
  readonly needs: readonly Controller[];
  readonly skippable: boolean;
  /** Why this machine cannot do it although it has the controllers; undefined where it can. */
  obstacle?(): string | undefined;
  /** `wanted` is false where `--skip` leaves out the calls that make the difference; the rest is done, to show what follows. */
  run(setup: Setup, wanted: boolean): Promise<void>;
}

/** Throws a UserError: 2 for options that make no sense, 3 where no cgroup can be made here. */
export function makeSetup(lab: Lab, flags: Flags): Setup {
  return { lab, options: parseOptions(flags, readMachine()), cgroups: openCgroups() };
}

/** Does a step, or tells why this machine cannot. */
export async function doStep(setup: Setup, step: Step): Promise<void> {
  const why = missing(setup.cgroups, step) ?? step.obstacle?.();
  if (why) await setup.lab.cannot(step.id, why);
  else await step.run(setup, await setup.lab.step(step.id));
}

function missing({ controllers, layout }: Cgroups, { needs }: Step): string | undefined {
  const lacking = needs.filter((controller) => !controllers.has(controller));
  if (lacking.length === 0) return undefined;
  return `this process may not use ${lacking.join(' and ')} here (cgroup ${layout}). tslab doctor says why, and what would help.`;
}

/** Makes a cgroup with these controllers. It goes when the lab ends, if not before. */
export function createGroup({ lab, cgroups }: Setup, name: string, controllers: readonly Controller[]): Cgroup {
  const group = cgroups.create(`${name}-${process.pid}`, controllers);
  lab.atEnd(() => group.remove());
  return group;
}

/** The same, told briefly; it goes with its step. */
export async function newGroup(setup: Setup, name: string, controllers: readonly Controller[]): Promise<Cgroup> {
  const { lab } = setup;
  const group = await briefly(lab, () => lab.doing(() => createGroup(setup, name, controllers)));
  lab.afterStep(() => removeGroup(setup, group));
  return group;
}

/** Kills what is in a cgroup, and removes it, unless that is done already. */
export async function removeGroup({ lab }: Setup, group: Cgroup): Promise<void> {
  if (group.has('procs')) await briefly(lab, () => lab.doing(() => group.remove()));
}

/** A process of the lab's root filesystem in a cgroup. */
export function container({ lab, group }: OfGroup): ProcessSpec {
  return { calls: [...joinCgroup(group), ...chrootInto(lab.rootfs.path)] };
}

/** Starts a shell script in a cgroup. */
export function startIn({ lab }: Setup, group: Cgroup, script: string): Promise<Child> {
  return briefly(lab, () => lab.start(withProgram(container({ lab, group }), shell(script))));
}

/** Runs a shell script in a cgroup to its end. `shown` says what it does. */
export function runIn({ lab, group }: OfGroup, script: string, shown: string): Promise<Finished> {
  return briefly(lab, () => lab.run(withProgram(container({ lab, group }), shell(script)), shown));
}

/** Does some work, and folds the calls that the first step has shown already, as housekeeping. */
export function briefly<T>(lab: Lab, work: () => Promise<T>): Promise<T> {
  return lab.through(folded, work);
}

function folded(event: LabEvent): LabEvent {
  return event.type === 'syscall' && !SHOWN.has(event.name) ? { ...event, housekeeping: true } : event;
}

/** What starts a program, and what the first step did not have. */
const SHOWN = new Set(['clone', 'execve', 'sched_setaffinity']);

/** What is told of a cgroup. */
export interface OfGroup {
  readonly lab: Lab;
  readonly group: Cgroup;
}

/** Changes a setting, and tells what its files say before and after. Without a change (`--skip`) they say the same. */
export async function set(
  { lab, group }: OfGroup,
  roles: readonly Role[],
  change: (() => void) | false,
): Promise<void> {
  const paths = filesOf(group, roles);
  for (const path of paths) await lab.observe('before', hostFile(path));
  if (change) await lab.doing(change);
  const [setting = ''] = paths;
  for (const path of paths) await lab.observe('after', hostFile(path), changeOf(isWritable(path) ? path : setting));
}

/** Into `cgroup.events` only the kernel writes: what it says there follows from the setting, the first of the files. */
function isWritable(path: string): boolean {
  return (statSync(path).mode & 0o200) !== 0;
}

/** Tells what the kernel has counted. */
export async function look({ lab, group }: OfGroup, when: 'before' | 'after', roles: readonly Role[]): Promise<void> {
  for (const path of filesOf(group, roles)) await lab.observe(when, hostFile(path));
}

/** The files that play these roles; on v2 one may play several. */
function filesOf(group: Cgroup, roles: readonly Role[]): string[] {
  return [...new Set(roles.map((role) => group.file(role)))];
}
