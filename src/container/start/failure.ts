import { goesTo } from '../../../labs/10-security/calls/go-to.js';
import { OOM_SCORE_FILE } from '../../../labs/12-runtime/calls/program.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { errnoMeaning } from '../../kernel/errors/errno.js';
import type { SyscallError } from '../../kernel/errors/syscall-error.js';
import { recordErrno } from '../../kernel/render.js';
import type { Process } from '../../oci/spec.js';
import { here } from '../../state/directories.js';

/** A container that could not be started; `status` is what `docker run` would exit with: 127 not found, 126 not executable, 125 anything else. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';

  constructor(
    message: string,
    readonly status: 125 | 126 | 127,
    /** What to do about it. */
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/**
 * What went wrong, in Docker's words where the program or its working directory is to blame. `unclear` is the status for a directory
 * that is there and of no use: `docker exec` and `docker run` differ in it.
 */
export function startFailure(
  error: SyscallError,
  { args, cwd }: Pick<Process, 'args' | 'cwd'>,
  unclear: 125 | 126,
): StartFailure {
  const { trace, record } = error;
  if (isOverlay(error) && error.errno === 'EINVAL') return new StartFailure(noWritableLayer(), 125);
  const program = args[0] ?? '';
  if (isAboutLandlock(error)) return new StartFailure(`--security-opt landlock: ${error.message}`, 125, NO_DIRECTORY);
  if (goesTo(record.call)) return new StartFailure(noDirectory(error, cwd), STATUS_OF_CWD[error.errno] ?? unclear);
  if (setsOomScore(error)) return new StartFailure(`--oom-score-adj: ${error.message}`, 125, LOWER_SCORE);
  if (record.call.name === 'prlimit64' && error.errno === 'EPERM')
    return new StartFailure(`error setting rlimit: ${error.message}`, 125, LOWER_LIMIT);
  const setting = settingOf(error);
  if (setting !== undefined) return new StartFailure(`--sysctl ${setting}: ${error.message}`, 125, OTHER_SETTING);
  if (record.call.name !== 'execve') return new StartFailure(error.message, 125);
  const refused = trace.find(
    ({ call, result }) => call.name === 'execve' && recordErrno({ ...record, result }) !== 'ENOENT',
  );
  if (!refused) return notFound(program);
  const errno = recordErrno(refused);
  const remedy = errno === 'ENOEXEC' ? NO_FORMAT : undefined;
  return new StartFailure(`exec: "${program}": ${refused.text} failed: ${errno}: not executable`, 126, remedy);
}

const NO_FORMAT =
  'exec format error: a program of another platform (tslab image inspect IMAGE), or a script whose first line is not #!/bin/sh.';

function setsOomScore({ trace, errno }: SyscallError): boolean {
  return errno === 'EACCES' && trace.at(-2)?.args[1] === OOM_SCORE_FILE;
}

/** The directories of its rules are opened behind the first call of it. */
function isAboutLandlock({ trace, record: { call } }: SyscallError): boolean {
  const hasBegun = trace.some((one) => one.call.name === 'landlock_create_ruleset');
  return hasBegun && (call.name === 'openat2' || call.name.startsWith('landlock_'));
}

const NO_DIRECTORY = 'It takes directories of the container, by their absolute paths; a file is none (ENOTDIR).';

const LOWER_SCORE =
  'A value below that of tslab takes CAP_SYS_RESOURCE in the first user namespace: give a higher one.';

const LOWER_LIMIT =
  'A hard limit above that of tslab takes CAP_SYS_RESOURCE in the first user namespace, which this tslab lacks: give a lower --ulimit; /proc/self/limits has those of this shell.';

/** The kernel's setting that was opened last, or written to. */
function settingOf({ trace, record: { call } }: SyscallError): string | undefined {
  const opened = trace.findLast((one) => one.call.name === 'openat');
  const path = `${opened?.args[1]}`;
  const isSetting = ['openat', 'write'].includes(call.name) && path.startsWith('/proc/sys/');
  return isSetting ? path.slice('/proc/sys/'.length).replaceAll('/', '.') : undefined;
}

const OTHER_SETTING =
  'ENOENT: this kernel has no such setting; EINVAL: it does not take this value; EACCES: not in a user namespace.';

/** By either way: fsconfig(2) is about what was opened last. */
function isOverlay({ record: { call, args }, trace }: SyscallError): boolean {
  const opened = trace.findLast((one) => one.call.name === 'fsopen' && one.result !== undefined);
  return (
    (call.name === 'mount' && args[2] === 'overlay') || (call.name === 'fsconfig' && opened?.args[0] === 'overlay')
  );
}

/** Most students are in a container, where the directory is on an overlay itself. */
function noWritableLayer(): string {
  const remedy = isPrivileged()
    ? 'tslab doctor --prepare mounts one that does'
    : 'tslab doctor names a directory that does';
  const where = `the file system of ${here().state} carries no writable layer`;
  return `${where} (another overlay, as in a container, NFS and FAT do not): ${remedy}`;
}

const STATUS_OF_CWD: Partial<Record<string, 126 | 127>> = { ENOENT: 127, EACCES: 126 };

function noDirectory({ errno, record }: SyscallError, cwd: string): string {
  const hint =
    errno === 'ELOOP' ? ': a link of /proc that leads out of the container, or links that go round in circles' : '';
  return `chdir to cwd (${JSON.stringify(cwd)}) failed: ${errnoMeaning(Number(-(record.result ?? 0n)))}${hint}`;
}

/** execve(2) says ENOENT of an interpreter as well. */
function notFound(program: string): StartFailure {
  if (!program.includes('/')) return new StartFailure(`exec: "${program}": executable file not found in $PATH`, 127);
  return new StartFailure(`exec: "${program}": no such file or directory in the container`, 127, OR_INTERPRETER);
}

const OR_INTERPRETER =
  "Where the file is there, what its first line names (#!) is not. A line that ends as on Windows names another program: sed -i 's/\\r$//' FILE";
