import type { NamespaceType } from '../../procfs/namespace-relations.js';

/** What `tslab ns` tells of a namespace; with `--json` a line. */
export interface NamespaceRow {
  readonly type: NamespaceType;
  readonly inode: number;
  /** Inode of the user namespace that owns it; null where that is above ours, or unknown. */
  readonly owner: number | null;
  /** Inode of the pid or user namespace that it is in. */
  readonly parent: number | null;
  /** Who made that; of a user namespace who made it. Who has this uid has all rights over it from outside. */
  readonly ownerUid: number | null;
  readonly processes: number;
  /** The first process: that with the smallest pid. */
  readonly pid: number | null;
  readonly command: string | null;
  /** This tslab is in it. */
  readonly isHosts: boolean;
  /** Names of the containers that are in it. */
  readonly containers: readonly string[];
  /** Mount points of its file, and descriptors that it is open as. */
  readonly keptBy: readonly string[];
}

export type Whose = 'host' | 'own' | 'shared' | 'missing';

/** One of the namespaces of a container or process. */
export interface WhoseRow {
  readonly type: NamespaceType;
  /** Null: this kernel has no such namespaces, or the process has ended. */
  readonly inode: number | null;
  /** As above. */
  readonly owner: number | null;
  readonly ownerUid: number | null;
  readonly processes: number;
  readonly whose: Whose;
  readonly sharedWith: readonly string[];
}
