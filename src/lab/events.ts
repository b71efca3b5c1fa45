import type { Predict } from '../lesson/predict.js';

/** What a lab tells whoever watches it. As JSON, one object a line, this is `--json`: keys may be added, none removed. */
export type LabEvent =
  | LabStarted
  | StepStarted
  | ObservationMade
  | SyscallMade
  | Output
  | Measurement
  | Check
  | Held
  | LabEnded;

export interface LabStarted {
  type: 'lab';
  id: string;
  title: string;
  /** Layout of the machine's control groups. */
  cgroup: 'v1' | 'hybrid' | 'v2' | 'none';
  /** False: the lab runs in a user namespace. */
  root: boolean;
  /** Where the labs root filesystem came from, in words (`busybox`, `programs of this host`). */
  rootfs?: string;
  /** Directories of this run that its events name, by what views call them for short: `ROOTFS`, `TMP`. */
  directories?: Record<string, string>;
}

export interface StepStarted {
  type: 'step';
  id: string;
  title: string;
  /** First paragraph of the step's section in the lesson, in Markdown. */
  prose?: string;
  /** What `::: predict` asks in that section, in Markdown: shown before the kernel answers. */
  question?: string;
  /** The same with its choices, the right one among them, and the check that will tell. */
  predict?: Predict;
  /** Left out on purpose (`--skip`). */
  skipped?: true;
  /** Left out because this machine cannot do it: what it lacks, in a sentence. */
  impossible?: string;
}

/** What was read: by whom, where, and what it said. */
export interface Observation {
  /** Who read it. */
  readonly from: 'host' | 'container';
  /** What was read: a real path, or a command. */
  readonly path: string;
  /** What it said; several lines where there are several. Null: it does not exist. */
  readonly value: string | null;
}

export interface ObservationMade extends Observation {
  type: 'observe';
  step: string;
  when: 'before' | 'during' | 'after';
  /** The call, rendered, that changed the value since it was last observed; several with commas between, those of one name as `mount ×4`. */
  changedBy?: string;
  /** Which calls those are: their places among the `syscall` events of this step, from 0. */
  causes?: number[];
}

export interface SyscallMade {
  type: 'syscall';
  step: string;
  by: 'tslab' | 'child';
  name: string;
  args: (string | number | null)[];
  /** Absent where the call did not return (`execve`, `exit_group`). Negative: an errno. */
  result?: number;
  errno?: string;
  /** The call as C would have it: `mount("proc", "/proc", "proc", MS_NOSUID, NULL)`. */
  text: string;
  /** It failed, and its list goes on: what it was to do need not be done. */
  expected?: true;
  /** One of the calls of this function, which an earlier lab is about. */
  taught?: Taught;
  /** Signals, descriptors: views fold these. */
  housekeeping?: true;
}

export interface Taught {
  /** Its id. */
  readonly lab: string;
  /** The function: `containerRoot()`. */
  readonly by: string;
}

export interface Output {
  type: 'output';
  step: string;
  stream: 'stdout' | 'stderr';
  text: string;
  /** The command that printed it. */
  command?: string;
}

export interface Measurement {
  type: 'measure';
  step: string;
  name: string;
  value: number;
  /** `cpu`, `s`, `bytes`, `processes`, … */
  unit: string;
  /** The samples behind the value, evenly spaced in time. */
  series?: number[];
  /** Seconds between two samples of the series. */
  interval?: number;
}

export interface Check {
  type: 'check';
  step: string;
  name: string;
  expected: string;
  actual: string;
  held: boolean;
}

/** Told where processes of a step are about to end, and somebody wants to look at them before (`--hold`). */
export interface Held {
  type: 'hold';
  step: string;
  /** Those that live; the newest first. */
  processes: HeldProcess[];
  /** The step has told all the rest: only their end is to come. */
  over?: true;
  /** The processes of the step have ended: these are of its last container, made again by the same calls. */
  again?: true;
}

export interface HeldProcess {
  pid: number;
  /** Name of its program. */
  comm: string;
  /** The namespaces that are not tslab's, as /proc/PID/ns names them. */
  namespaces: string[];
  /** Its root directory, where that is not the root of its mount namespace: chroot(2). */
  root?: string;
  /** The directories of the cgroups that tslab is not in. */
  cgroups: string[];
}

export interface LabEnded {
  type: 'end';
  id: string;
  status: 'held' | 'failed' | 'impossible';
  /** Why not held, in a sentence; with what to do where something can be done. */
  why?: string;
  /** Steps that were left out on purpose. */
  skipped?: string[];
  /** Steps that this machine could not do; the others were done. */
  impossible?: string[];
  /** Names of the checks that did not hold. */
  failed?: string[];
}
