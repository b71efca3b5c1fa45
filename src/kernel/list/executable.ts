import { readFileSync } from 'node:fs';
import { addSeals, F_SEAL_EXEC, MFD_EXEC, memfdCreate, write } from '../calls/index.js';
import * as k from '../constants.js';
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

/** fcntl(2): programs inside find the file at /proc/self/exe, and cannot change it any more. */
export function seal(file: Syscall): Syscall {
  return addSeals(file, SEALS | (memfdExec() === 'known' ? F_SEAL_EXEC : 0));
}

type MemfdExec = 'known' | 'unknown' | 'forbidden';

let found: MemfdExec | undefined;

/** Whether memfd_create(2) takes MFD_EXEC: Linux 6.3 and newer want it, and refuse it (EACCES) where vm.memfd_noexec is 2. */
export function memfdExec(): MemfdExec {
  found ??= readMemfdExec();
  return found;
}

/** The setting is as old as the flag: older kernels have neither, and say EINVAL to the flag. */
function readMemfdExec(): MemfdExec {
  try {
    return readFileSync('/proc/sys/vm/memfd_noexec', 'utf8').trim() === '2' ? 'forbidden' : 'known';
  } catch {
    return 'unknown';
  }
}
