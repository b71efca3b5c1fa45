import { chmodSync, copyFileSync, readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  close,
  closeRange,
  dup3,
  execve,
  exitGroup,
  open,
  readlink,
  write,
} from '../../../../src/kernel/calls/index.js';
import * as k from '../../../../src/kernel/constants.js';
import { errnoName } from '../../../../src/kernel/errors/errno.js';
import { housekeeping, mayFail, type Syscall } from '../../../../src/kernel/syscall.js';
import type { Lab } from '../../../../src/lab/lab.js';
import { observed } from '../../../../src/lab/observation.js';
import { ENVIRONMENT } from '../../../../src/lab/script.js';
import { execSealed } from '../../calls/seal.js';
import { directoryFor } from '../setup.js';

const NODE = 'node, of the host';

// #region seal
export async function sealStep(lab: Lab): Promise<void> {
  const wanted = await lab.step('seal');
  await lab.check('the program of a container before its execve', NODE, await programOfList(lab));
  const script = newFile(lab, 'entrypoint', '#!/proc/self/exe\nsetInterval(() => {}, 1e9);\n');
  const become = execve(script, [script], ENVIRONMENT);
  const bare = [...tidy(), become, exitGroup(127)];
  await lab.check('an entrypoint that begins with #!/proc/self/exe', NODE, await becomes(lab, bare));
  await lab.check('the same, started by a sealed program', 'nothing', await becomes(lab, wanted ? [become] : bare));
  // #endregion
  await overwrite(lab, wanted);
}

/** What /proc/self/exe is for a list of calls, which shares tslab's memory. */
async function programOfList(lab: Lab): Promise<string> {
  const into = Buffer.alloc(256);
  const child = await lab.start({ calls: [readlink('/proc/self/exe', into), exitGroup(0)] });
  await child.exited;
  return inWords(into.toString().replace(/\0.*$/s, ''));
}

/** What a list of calls becomes. A program that is node stays. */
async function becomes(lab: Lab, calls: readonly Syscall[]): Promise<string> {
  const child = await lab.start({ calls });
  if (inWords(programOf(child.pid)) === NODE) return NODE;
  return (await child.exited).status === 127 ? 'nothing' : 'something else';
}

/** A list that ends with exit_group is not sealed: nor is it given descriptors. */
function tidy(): Syscall[] {
  const nothing = housekeeping(open('/dev/null', k.O_RDWR | k.O_CLOEXEC));
  const stdio = [0, 1, 2].map((fd) => housekeeping(dup3(nothing, fd)));
  return [nothing, ...stdio, housekeeping(closeRange(3, 0xffff_ffff, k.CLOSE_RANGE_CLOEXEC))];
}

// #region overwrite
/** A program of the host’s, a copy of its shell, is looked at from a container; tslab plays the part of the one who looks. */
async function overwrite(lab: Lab, wanted: boolean): Promise<void> {
  const copy = newFile(lab, 'runtime');
  copyFileSync(realpathSync('/bin/sh'), copy);
  const wait = ['sh', '-c', 'read never']; // a busybox goes by this word
  const inFile = [execve(copy, wait, ENVIRONMENT)];
  const [early, late] = await writeTo(lab, inFile);
  await lab.check('opening the file of a program that runs, to write', 'ETXTBSY', early);
  await lab.check('writing to it when the program has ended', 'done', late);
  await lab.check('what the host’s program begins with now', 'overwritten', beginning(copy));
  copyFileSync(realpathSync('/bin/sh'), copy);
  const [, sealed] = await writeTo(lab, wanted ? execSealed(readFileSync(copy), wait) : inFile);
  await lab.check('writing to a sealed program that has ended', 'EPERM', sealed);
  await lab.check('what the host’s program begins with', 'ELF', beginning(copy));
}

/** Keeps /proc/PID/exe open, which outlives the process. What came of writing while it runs, and afterwards. */
async function writeTo(lab: Lab, calls: readonly Syscall[]): Promise<readonly [early: string, late: string]> {
  const runtime = await lab.start({ calls, stdio: ['pipe', 'null', 'null'] });
  const exe = `/proc/${runtime.pid}/exe`;
  await lab.observe('during', observed('host', exe, readlinkSync(exe)));
  const held = await lab.call(open(exe, k.O_RDONLY | k.O_CLOEXEC));
  const early = await lab.call(mayFail(open(exe, k.O_WRONLY | k.O_CLOEXEC)));
  await lab.kill(runtime);
  const file = await lab.call(open(`/proc/self/fd/${held}`, k.O_WRONLY | k.O_CLOEXEC));
  const late = await lab.call(mayFail(write(file, 'overwritten')));
  for (const fd of [held, early, file].filter((fd) => fd >= 0)) await lab.call(housekeeping(close(fd)));
  return [outcome(early), outcome(late)];
}
// #endregion

/** A file of the lab's, which may be executed. */
function newFile(lab: Lab, name: string, text = ''): string {
  const path = join(directoryFor(lab, 'seal'), name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function beginning(path: string): string {
  const start = readFileSync(path).subarray(0, 'overwritten'.length).toString('latin1');
  return start.startsWith('\x7fELF') ? 'ELF' : start;
}

/** The file behind /proc/PID/exe. Undefined where the process has ended. */
function programOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return undefined;
  }
}

function inWords(program: string | undefined): string {
  return program === realpathSync(process.execPath) ? NODE : (program ?? 'nothing');
}

function outcome(result: number): string {
  return result < 0 ? errnoName(-result) : 'done';
}
