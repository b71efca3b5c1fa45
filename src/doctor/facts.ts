import type { Reason } from '../cgroup/refusal.js';
import type { Controller } from '../cgroup/types.js';
import type { CgroupLayout } from '../procfs/cgroups.js';
import type { Container } from './container.js';
import type { IdFacts } from './ids/examine-ids.js';
import type { StateTrials } from './state-trials.js';
import type { Sysctl } from './sysctls.js';
import type { Refusal, TrialName } from './trials.js';

/** What the doctor found out about a machine, as plain data: it can be recorded, judged elsewhere, and told as JSON. */
export interface Facts {
  /** Effective user id; 0 is root, be it of a user namespace or without capabilities. */
  readonly uid: number;
  /** Whether labs go without a user namespace of their own. */
  readonly privileged: boolean;
  /** What uname(2) calls release: `6.8.0-45-generic`. */
  readonly release: string;
  /** Node's word for the architecture: `x64`, `arm64`. */
  readonly arch: string;
  /** CPUs that this process may run on. */
  readonly cpus: number;
  /** Names of the capabilities that this process lacks (effective), those that the kernel knows. */
  readonly missingCapabilities: readonly string[];
  /** What the kernel said when each thing was tried; null: it worked. */
  readonly trials: Readonly<Record<TrialName, Refusal | null>>;
  /** Null: this kernel has no such switch. */
  readonly sysctls: Readonly<Record<Sysctl, number | null>>;
  /** Mode of seccomp for this process: 0 none, 1 strict, 2 a filter; null: not in this kernel. */
  readonly seccomp: number | null;
  /** AppArmor's profile of this process; null: no AppArmor. */
  readonly apparmor: string | null;
  readonly container: Container | null;
  /** Mount points below /proc: a container hides parts of it so. */
  readonly hiddenProc: readonly string[];
  /** Whether systemd runs here. */
  readonly systemd: boolean;
  readonly cgroups: CgroupFacts;
  /** Where the labs' root filesystem would come from: a path of busybox, else the host's programs. */
  readonly rootfs: { readonly busybox: string | null; readonly refused: Complaint | null };
  readonly programs: { readonly ip: string | null; readonly nft: string | null };
  readonly state: StateFacts;
  readonly ids: IdFacts;
  /** Why ordinary users get no ids beside their own; null where they do. */
  readonly subordinateIds: Complaint | null;
}

/** The state directory, and what came of trying it. */
export interface StateFacts {
  readonly path: string;
  /** Why it cannot be written. */
  readonly refused: Complaint | null;
  /** Null where it was not tried, for that reason. */
  readonly trials: StateTrials | null;
  /** Another directory, on which all works that is refused here. */
  readonly elsewhere: string | null;
}

/** What another part of tslab says it cannot do here, and the way out. */
export interface Complaint {
  readonly message: string;
  readonly remedy: string | null;
}

export interface CgroupFacts {
  readonly layout: CgroupLayout;
  /** What a cgroup of tslab could have. */
  readonly controllers: readonly Controller[];
  /** Controllers that the kernel has, in v1 terms (/proc/cgroups): they may not be mounted. */
  readonly enabled: readonly string[];
  readonly refused: (Complaint & { readonly reason: Reason }) | null;
}
