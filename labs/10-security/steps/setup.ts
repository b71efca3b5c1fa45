import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { mount, open, read } from '../../../src/kernel/calls/index.js';
import { O_CLOEXEC, O_RDONLY } from '../../../src/kernel/constants.js';
import { ownCapabilities } from '../../../src/kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../src/kernel/credentials/capability-names.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import type { Child, ProcessSpec } from '../../../src/kernel/process.js';
import { recordErrno } from '../../../src/kernel/render.js';
import type { Syscall } from '../../../src/kernel/syscall.js';
import type { Lab } from '../../../src/lab/lab.js';
import { hostLines, type Observation } from '../../../src/lab/observation.js';
import { DOCKERS_CAPABILITIES } from '../../../src/oci/defaults.js';
import { containerRoot, ROOT_NAMESPACES } from '../../02-rootfs/calls/root.js';

/** Where containers of this lab may write: a tmpfs of their own, gone with them. */
export const SCRATCH = '/tmp';

// #region container
/** A container as the labs so far make it, whose root may do all that root may; then more calls. */
export function container(lab: Lab, ...calls: readonly Syscall[]): ProcessSpec {
  const root = lab.taughtBy('02-rootfs', 'containerRoot()', containerRoot(lab.rootfs.path, lab.privileged));
  return { namespaces: ROOT_NAMESPACES, calls: [...root, mount('tmpfs', SCRATCH, 'tmpfs', 0, null), ...calls] };
}
// #endregion

/** The lab's directory, or one below it, which everybody may search. */
export function directoryFor(lab: Lab, name: string): string {
  if (!existsSync(lab.directory)) lab.makeDirectory();
  const path = join(lab.directory, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755); // whatever the umask is
  return path;
}

/** What came of each call of a name that a process made on the way to its program: an errno, or `done`. */
export function outcomes(child: Child, name: string): string[] {
  const made = child.trace().filter(({ call }) => call.name === name);
  return made.map((record) => recordErrno(record) ?? 'done');
}

/** Runs a process whose list ends with exit_group(2): `done`, or the errno of the call that the kernel refused, which ends the list. */
export async function resultOf(lab: Lab, spec: ProcessSpec): Promise<string> {
  try {
    const child = await lab.start(spec);
    await child.exited;
    return 'done';
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  }
}

/** The set of capabilities with these names, a bit each, as far as tslab has them. */
export function maskOf(names: readonly string[]): bigint {
  const mask = names.reduce((bits, name) => bits | (1n << BigInt(CAPABILITIES.indexOf(name))), 0n);
  return mask & ownCapabilities().permitted;
}

/** A set as /proc/PID/status writes it. */
export function asSet(mask: bigint): string {
  return mask.toString(16).padStart(16, '0');
}

/** What Docker leaves to a container (https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities). */
export const FOURTEEN = DOCKERS_CAPABILITIES;

const SETS = /^Cap(Eff|Bnd)/;

/** What a process may do, and what it may get at an execve. */
export function capabilitiesOf(pid: number): Observation {
  return hostLines(`/proc/${pid}/status`, SETS);
}

/** Calls by which a process reads the same at a point of its list, and what it has read. */
export function readSets(): { calls: Syscall[]; sets: () => string } {
  const into = Buffer.alloc(4096);
  const file = open('/proc/self/status', O_RDONLY | O_CLOEXEC);
  const lines = () => into.toString().split('\n');
  return {
    calls: [file, read(file, into)],
    sets: () =>
      lines()
        .filter((one) => SETS.test(one))
        .join('\n'),
  };
}

/** One of these sets. */
export function setIn(status: string | null, name: string): string {
  return new RegExp(`^${name}:\\s*(\\w+)$`, 'm').exec(status ?? '')?.[1] ?? '';
}
