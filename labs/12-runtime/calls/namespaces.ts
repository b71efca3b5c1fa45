import {
  cloneBeforeGate,
  close,
  open,
  setdomainname,
  sethostname,
  setns,
  unshare,
} from '../../../src/kernel/calls/index.js';
import * as k from '../../../src/kernel/constants.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Namespace } from '../../../src/oci/linux.js';
import type { Spec } from '../../../src/oci/spec.js';
import { enterUserNamespace } from '../../09-users/calls/enter-user.js';
import type { UserNamespace } from '../../09-users/calls/idmapped-layers.js';

/** By the specification's words. The cgroup's is missing, which is rooted where the process is by then (lab 03); clone(2) has no flag for time. */
const FLAGS: Partial<Record<Namespace['type'], number>> = {
  mount: k.CLONE_NEWNS,
  network: k.CLONE_NEWNET,
  uts: k.CLONE_NEWUTS,
  pid: k.CLONE_NEWPID,
  ipc: k.CLONE_NEWIPC,
  user: k.CLONE_NEWUSER,
};

type Namespaces = Pick<Spec, 'linux'>;
type Joined = Namespace & { readonly path: string };

/** Whether it is in another namespace of this kind than the host: in a new one, or in one that is there already. */
export function isApart({ linux: { namespaces = [] } }: Namespaces, type: Namespace['type']): boolean {
  return namespaces.some((one) => one.type === type);
}

/** Whether it has a namespace of this kind to itself. */
export function owns(spec: Namespaces, type: Namespace['type']): boolean {
  return isApart(spec, type) && !joins(spec, type);
}

/**
 * The namespaces that clone(2) makes. None where it joins a user namespace: what is made before that is not owned by it. Where root has made
 * that (`isMade`), it has a mount namespace of the host's first, for what only root of the host may mount.
 */
export function cloneFlags(spec: Namespaces, isMade = false): number {
  if (isMade) return k.CLONE_NEWNS;
  return joins(spec, 'user') ? 0 : flagsOfNew(spec);
}

/** Namespaces that were opened before, by their paths, which may lead to those of another process by now. */
export type OpenNamespaces = ReadonlyMap<string, number>;

// #region join
/**
 * Enters the namespaces that are there already, the user namespace first, which gives the capabilities for the others (setns(2)), and in
 * that makes its own. A pid namespace takes in only children, so a child is what goes on from here.
 */
export function joinNamespaces(spec: Namespaces, opened: OpenNamespaces = new Map()): Syscall[] {
  const joined = joinedBy(spec);
  const own = joins(spec, 'user') ? [unshare(flagsOfNew(spec))] : [];
  const isBornInside = joins(spec, 'pid') || (own.length > 0 && owns(spec, 'pid'));
  return [...joined.flatMap((one) => enter(one, opened)), ...own, ...(isBornInside ? [cloneBeforeGate()] : [])];
}

function enter({ type, path }: Joined, opened: OpenNamespaces): Syscall[] {
  const known = opened.get(path);
  if (known !== undefined) return [setns(known, FLAGS[type] ?? 0)];
  const namespace = open(path, k.O_RDONLY | k.O_CLOEXEC);
  return [namespace, setns(namespace, FLAGS[type] ?? 0), close(namespace)];
}
// #endregion

// #region enter-made
/** Enters the user namespace that root has made for it, as root of that, and makes the others, which it owns then. */
export function enterMade(spec: Namespaces, { fd }: UserNamespace): Syscall[] {
  const others = flagsOfNew(spec) & ~k.CLONE_NEWUSER;
  return [...enterUserNamespace(fd), unshare(others), ...(owns(spec, 'pid') ? [cloneBeforeGate()] : [])];
}
// #endregion

/** With a path, the user namespace first. */
function joinedBy({ linux: { namespaces = [] } }: Namespaces): Joined[] {
  const joined = namespaces.filter((one): one is Joined => one.path !== undefined);
  return joined.toSorted((a, b) => Number(b.type === 'user') - Number(a.type === 'user'));
}

function joins(spec: Namespaces, type: Namespace['type']): boolean {
  return joinedBy(spec).some((one) => one.type === type);
}

function flagsOfNew({ linux: { namespaces = [] } }: Namespaces): number {
  const made = namespaces.filter(({ path }) => path === undefined);
  return made.reduce((flags, { type }) => flags | (FLAGS[type] ?? 0), 0);
}

/** Both names of its UTS namespace. Docker has the second as a sysctl, which every version of the specification knows. */
export function takeName({ hostname, linux: { sysctl } }: Spec): Syscall[] {
  const domain = sysctl?.['kernel.domainname'];
  return [
    ...(hostname === undefined ? [] : [sethostname(hostname)]),
    ...(domain === undefined ? [] : [setdomainname(domain)]),
  ];
}
