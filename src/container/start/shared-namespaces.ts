import { closeSync } from 'node:fs';
import { type Elsewhere, SHM } from '../../../labs/12-runtime/calls/mounts.js';
import type { OpenNamespaces } from '../../../labs/12-runtime/calls/namespaces.js';
import { call } from '../../kernel/call.js';
import { open } from '../../kernel/calls/index.js';
import { O_CLOEXEC, O_RDONLY } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { SyscallError } from '../../kernel/errors/syscall-error.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Namespace } from '../../oci/linux.js';
import { readNamespace } from '../../procfs/namespaces.js';
import { isAlive } from '../../procfs/processes.js';
import type { SharedPaths } from '../spec.js';
import { awaitsRestart, isRunning } from '../state.js';
import { type Container, readContainer } from '../store/store.js';

/** The kinds that a container can have together with another, and what /proc/PID/ns calls them. */
const LINKS = { network: 'net', ipc: 'ipc', pid: 'pid' } as const;

type Kind = keyof typeof LINKS;
type Link = (typeof LINKS)[Kind] | 'user' | 'mnt';

/** Namespaces of other containers, and those of them that are open; `shm`: where such a one has its /dev/shm. */
export interface Shared {
  readonly paths: SharedPaths;
  readonly opened?: OpenNamespaces;
  readonly shm?: Elsewhere | undefined;
}

/** The id in `container:ID`, which is how a namespace is another container's; undefined for any other mode. */
export function containerOf(mode: string | undefined): string | undefined {
  return /^container:(.*)$/s.exec(mode ?? '')?.[1];
}

/**
 * The namespaces that a container has together with others, open until this is disposed: so it does not matter whether the others end
 * meanwhile. Throws UserError (2) where one does not run, or keeps its own to itself.
 */
export class SharedNamespaces implements Shared, Disposable {
  readonly paths = new Map<Namespace['type'], string | undefined>();
  readonly opened = new Map<string, number>();
  readonly #descriptors: number[] = [];
  shm: Elsewhere | undefined;

  constructor({ config }: Container) {
    try {
      if (containerOf(config.network) === config.id) throw new UserError('cannot join own network', 2);
      for (const kind of ['network', 'ipc', 'pid'] as const) this.#share(kind, containerOf(config[kind]));
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  #share(kind: Kind, id: string | undefined): void {
    if (id === undefined) return;
    const other = explaining(kind, () => runningContainer(kind, id));
    if (hasThatOfTheHost(other, LINKS[kind])) {
      this.paths.set(kind, undefined);
      return;
    }
    this.#shareOwner(other);
    this.#open(kind, other, LINKS[kind]);
    if (kind === 'ipc') this.shm = { namespace: this.#descriptor(other, 'mnt'), place: SHM };
  }

  /** Without root nobody but root of the user namespace that owns it may enter it (setns(2)): so that is shared as well. */
  #shareOwner(other: Container): void {
    if (isPrivileged()) return;
    const known = this.paths.get('user');
    if (known === undefined) this.#open('user', other, 'user');
    else if (readNamespace(pidOf(other), 'user') !== readNamespace(pidIn(known), 'user')) throw twoOwners(other);
  }

  #open(type: Namespace['type'], other: Container, link: Link): void {
    const path = `/proc/${pidOf(other)}/ns/${link}`;
    this.opened.set(path, this.#descriptor(other, link));
    this.paths.set(type, path);
  }

  /** Opened before the start time is compared, so it cannot be another process's. */
  #descriptor({ config, state: { init } }: Container, link: Link): number {
    const fd = openNamespace(`/proc/${init.pid}/ns/${link}`);
    if (fd !== undefined) this.#descriptors.push(fd);
    if (fd !== undefined && isAlive(init.pid, init.startTime)) return fd;
    throw new UserError(`Container ${config.name} has just ended.`, 2, `tslab start ${config.name}`);
  }

  [Symbol.dispose](): void {
    for (const fd of this.#descriptors.splice(0)) closeSync(fd);
  }
}

function pidOf({ state }: Container): number {
  return state.init.pid;
}

/** 812 in /proc/812/ns/user. */
function pidIn(path: string): number {
  return Number(path.split('/')[2]);
}

/** Undefined where the process has ended. */
function openNamespace(path: string): number | undefined {
  try {
    return call(open(path, O_RDONLY | O_CLOEXEC));
  } catch (error) {
    if (error instanceof SyscallError && ['ENOENT', 'ESRCH'].includes(error.errno)) return undefined;
    throw error;
  }
}

function hasThatOfTheHost(other: Container, link: Link): boolean {
  return readNamespace(pidOf(other), link) === readNamespace('self', link);
}

/** Docker's checks (moby, getNetworkedContainer(), getIPCContainer(), getPIDContainer()). */
function runningContainer(kind: Kind, id: string): Container {
  const found = readContainer(id);
  if (!found) throw new UserError(`No such container: ${id}`, 2, 'It was removed: make this one anew, with another.');
  const { config, state } = found;
  const start = `tslab start ${config.name}`;
  if (awaitsRestart(found)) {
    throw new UserError(`Container ${id} is restarting, wait until the container is running`, 2, start);
  }
  if (!isRunning(state)) throw new UserError(notRunning(kind, id), 2, start);
  if (kind === 'ipc' && ['none', 'private'].includes(config.ipc ?? 'private')) throw notShareable(id);
  return found;
}

function notRunning(kind: Kind, id: string): string {
  return kind === 'network'
    ? `cannot join network of a non running container: ${id}`
    : `container ${id} is not running`;
}

function notShareable(id: string): UserError {
  const message = `container ${id}: non-shareable IPC (hint: use IpcMode:shareable for the donor container)`;
  return new UserError(message, 2, 'Run that one with --ipc shareable.');
}

function twoOwners({ config }: Container): UserError {
  const message = `without root the namespaces of ${config.name} can be shared only by who shares no other container's`;
  return new UserError(message, 3, 'Share with one container alone, or run tslab as root.');
}

function explaining<T>(kind: Kind, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (kind === 'network' || !(error instanceof UserError)) throw error;
    const message = `failed to join ${kind.toUpperCase()} namespace: ${error.message}`;
    throw new UserError(message, error.status, error.remedy);
  }
}
