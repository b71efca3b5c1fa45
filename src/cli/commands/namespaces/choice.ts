import { UserError } from '../../../kernel/errors/user-error.js';
import { NAMESPACE_FLAGS, NAMESPACE_TYPES, type NamespaceType } from '../../../procfs/namespace-relations.js';
import { readNamespace } from '../../../procfs/namespaces.js';
import type { Target } from './target.js';

/** nsenter's names of namespaces: `--mount` is of type mnt. */
export const TYPE_OPTIONS = {
  mount: 'mnt',
  uts: 'uts',
  ipc: 'ipc',
  net: 'net',
  pid: 'pid',
  cgroup: 'cgroup',
  user: 'user',
  time: 'time',
} as const satisfies Record<string, NamespaceType>;

export type TypeFlags = { readonly [Name in keyof typeof TYPE_OPTIONS]?: true };

/**
 * The namespaces to enter, as CLONE_NEW* flags: those that were named; with `all` all that there are; else those that are not ours
 * already. Throws UserError: 2 where there are none, 3 where the kernel has none of that type.
 */
export function chooseNamespaces(target: Target, flags: TypeFlags, all: boolean): number {
  const named = (Object.keys(TYPE_OPTIONS) as (keyof TypeFlags)[]).filter((name) => flags[name]);
  for (const name of named) refuse(target, TYPE_OPTIONS[name]);
  const types = named.map((name) => TYPE_OPTIONS[name]);
  const chosen = named.length > 0 && !all ? types : NAMESPACE_TYPES.filter((type) => mayBeEntered(target, type, all));
  if (chosen.length === 0) throw nothingToEnter(target);
  return chosen.reduce((sum, type) => sum | NAMESPACE_FLAGS[type], 0);
}

function mayBeEntered({ pid }: Target, type: NamespaceType, all: boolean): boolean {
  const inode = readNamespace(pid, type);
  return inode !== null && ((all && type !== 'user') || inode !== readNamespace('self', type));
}

/** userns_install() in kernel/user_namespace.c refuses the one that a process is in: it would get all capabilities there again. */
function refuse({ pid, name }: Target, type: NamespaceType): void {
  const inode = readNamespace(pid, type);
  if (inode === null) throw new UserError(`there is no ${type} namespace of ${name}: this kernel has none`, 3, LOOK);
  if (type !== 'user' || inode !== readNamespace('self', 'user')) return;
  const message = `--user: this process is in the user namespace of ${name} already, and nobody may enter that again (EINVAL, setns(2))`;
  throw new UserError(message, 2, 'Leave --user out.');
}

const LOOK = '`tslab ns` shows the namespaces that there are.';

function nothingToEnter({ name }: Target): UserError {
  const message = `${name} has all its namespaces in common with this process: there is nothing to enter`;
  return new UserError(message, 2, `tslab ns ${name}`);
}
