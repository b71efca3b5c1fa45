import { chmodSync, closeSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integer } from '../arguments.js';
import { callUntraced } from '../call.js';
import { addSeals, F_SEAL_EXEC, MFD_EXEC, memfdCreate, write } from '../calls/index.js';
import * as k from '../constants.js';
import type { Descriptors } from '../descriptors.js';
import { errnoName } from '../errors/errno.js';
import type { Syscall } from '../syscall.js';

const SEALS = k.F_SEAL_SEAL | k.F_SEAL_SHRINK | k.F_SEAL_GROW | k.F_SEAL_WRITE;

/** memfd_create(2) for a program: a file in memory, which has no path. Its descriptor is for execveat(2). */
export function programFile(name: string): Syscall {
  return memfdCreate(name, k.MFD_CLOEXEC | k.MFD_ALLOW_SEALING | (memfdExec() === 'known' ? MFD_EXEC : 0));
}

/** write(2) of all of it. */
export function writeProgram(file: Syscall, program: Uint8Array): Syscall {
  return { ...write(file, program), min: BigInt(program.length) };
}

/** fcntl(2): what runs inside finds the file at /proc/self/exe, and nobody can change it any more. */
export function seal(file: Syscall): Syscall {
  return addSeals(file, SEALS | (memfdExec() === 'known' ? F_SEAL_EXEC : 0));
}

/**
 * The same list, with a file on a disk for the one in memory where this machine allows no program there (vm.memfd_noexec=2). Its
 * descriptor is ours, and each list has a file of its own, so that no container can change the program of another.
 */
export function onDisk(calls: readonly Syscall[], fds: Descriptors): readonly Syscall[] {
  const at = calls.findIndex(({ name }) => name === 'memfd_create');
  if (at === -1 || memfdExec() !== 'forbidden') return calls;
  const [file, written, ...rest] = calls.slice(at) as [Syscall, Syscall, ...Syscall[]];
  const fd = integer(fds.add(fileWith(written)));
  const uses = ({ args: [arg] }: Syscall) => arg?.kind === 'result' && arg.of === file;
  return [
    ...calls.slice(0, at),
    ...rest
      .filter((call) => !isSeal(call))
      .map((call) => (uses(call) ? { ...call, args: [fd, ...call.args.slice(1)] } : call)),
  ];
}

function isSeal({ args: [, command] }: Syscall): boolean {
  return command?.kind === 'integer' && command.text === 'F_ADD_SEALS';
}

let directory = tmpdir;

/** Names the directory for {@link onDisk}: one of ours, from which programs may run. */
export function keepProgramsIn(where: () => string): void {
  directory = where;
}

let files = 0;

/** Whoever executes it may be another user, so all may read and execute it; nobody may write it, and it has no name any more. */
function fileWith({ args: [, data] }: Syscall): number {
  const path = join(directory(), `program-${process.pid}-${files++}`);
  writeFileSync(path, data?.kind === 'bytes' ? data.value : '', { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o555);
  try {
    return openSync(path, 'r');
  } finally {
    unlinkSync(path);
  }
}

type MemfdExec = 'known' | 'unknown' | 'forbidden';

let asked: MemfdExec | undefined;

/** MFD_EXEC: wanted from Linux 6.3 on, EINVAL before, EACCES where vm.memfd_noexec is 2 (memfd_create(2)). */
function memfdExec(): MemfdExec {
  asked ??= askForMemfdExec();
  return asked;
}

function askForMemfdExec(): MemfdExec {
  const fd = callUntraced(memfdCreate('tslab', k.MFD_CLOEXEC | MFD_EXEC));
  if (fd < 0) return errnoName(-fd) === 'EACCES' ? 'forbidden' : 'unknown';
  closeSync(fd);
  return 'known';
}
