import { chmodSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { integer } from '../arguments.js';
import type { Descriptors } from '../descriptors.js';
import type { Syscall } from '../syscall.js';
import { memfdExec } from './executable.js';
import { programDirectory } from './program-directory.js';

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

let files = 0;

/** Any user may read and execute it, since the program may run as another user; none may write it, and it has no name any more. */
function fileWith({ args: [, data] }: Syscall): number {
  const path = join(programDirectory(), `program-${process.pid}-${files++}`);
  writeFileSync(path, data?.kind === 'bytes' ? data.value : '', { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o555);
  try {
    return openSync(path, 'r');
  } finally {
    unlinkSync(path);
  }
}
