import type { Syscall } from '../../../src/kernel/syscall.js';
import type { WritableLayer } from '../../04-overlay/calls/writable-layer.js';
import type { InnerLink } from '../../08-network/calls/inside.js';
import type { UserNamespace } from '../../09-users/calls/idmapped-layers.js';
import type { OwnSets } from '../../10-security/calls/give-up.js';
import type { Elsewhere } from './mounts.js';
import type { OpenNamespaces } from './namespaces.js';
import type { MadeForIt } from './terminal.js';

/** A piece of the list: what `--skip` calls it, the lab that it comes from, and what it does. */
export interface Piece {
  readonly step: string;
  readonly lab: string;
  /** What the container's first process calls. */
  readonly calls: readonly Syscall[];
  /** What tslab does for it first. */
  readonly gate?: Gate | undefined;
  /** Pieces without which this one cannot be: `--skip` leaves it out with them. */
  readonly needs?: readonly string[];
  /** Its calls are made when the child no longer shares tslab's memory (sealed-list.ts), and the terminal is its descriptor 0. */
  readonly inside?: true;
}

/** Work that only the parent may do, or can: it is done while the child waits at a gate before its first call. */
export interface Gate {
  /** What it will do, a line each; PID stands for the child. */
  readonly lines: readonly string[];
  open(pid: number): void;
}

/** The image's layers, topmost first, and the container's own. */
export interface Layers extends WritableLayer {
  readonly lower: readonly string[];
}

/** The cgroup that a container gets: tslab makes it, the child moves itself in. */
export interface OwnCgroup {
  readonly gate: Gate;
  readonly join: readonly Syscall[];
  /** Says what may be done with devices. Undefined where that cannot be said here, or all may be done. */
  readonly devices?: Gate | undefined;
  /** On v1, by hierarchy (`cpu,cpuacct`). */
  readonly directories: ReadonlyMap<string, string>;
}

/** Links that a container gets: tslab makes the pairs, the child configures its ends. */
export interface OwnLinks {
  readonly gate: Gate;
  readonly links: readonly InnerLink[];
}

/** A user namespace of a container of root's, and what tslab does when its overlay is mounted. */
export interface MadeNamespace extends UserNamespace {
  readonly gate: Gate;
}

/** What the list needs to know and the spec has no field for. */
export interface Surroundings extends MadeForIt {
  /** Of whoever makes the calls. */
  readonly capabilities: OwnSets;
  /** What is mounted at `root.path`. Undefined where that is the root filesystem itself. */
  readonly layers?: Layers | undefined;
  /** Writes the maps of the user namespace that clone(2) makes. Undefined where it has none. */
  readonly userMap?: Gate | undefined;
  /** That which root has made for it. */
  readonly userNamespace?: MadeNamespace | undefined;
  /** The name of its session keyring. Undefined: that of whoever starts it. */
  readonly keyring?: string | undefined;
  /** What `linux.seccomp` compiles to. */
  readonly filter?: Uint8Array | undefined;
  /** The version of Landlock that the kernel has; undefined where it is not needed. */
  readonly landlock?: number | undefined;
  /** Undefined where there is to be none, or can be none. */
  readonly cgroup?: OwnCgroup | undefined;
  /** The version that it sees. Undefined: 2 where it has a cgroup namespace, which containers on v1 have only if asked for. */
  readonly cgroups?: 1 | 2 | undefined;
  /** Namespaces of the spec that have a path. */
  readonly namespaces?: OpenNamespaces | undefined;
  /** Links of its own beside lo. */
  readonly network?: OwnLinks | undefined;
  /** Nobody may be let open any device node but those of /dev: there are no rules for devices. */
  readonly withoutDevices?: boolean | undefined;
  /** Sources of mounts that are files of the container's own, in /etc. */
  readonly ownFiles?: readonly string[];
  /** Mounts that another container has already, by their destinations. */
  readonly elsewhere?: ReadonlyMap<string, Elsewhere>;
}
