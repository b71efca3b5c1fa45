import { readFileSync } from 'node:fs';
import { newTerminal } from '../../../container/start/foreground.js';
import { traced } from '../../../container/start/trace.js';
import { attend, type ProcessIo } from '../../../container/terminal/session.js';
import { renderTrace } from '../../../docker/output/trace.js';
import { CLONE_NEWNS, CLONE_NEWUSER } from '../../../kernel/constants.js';
import { SyscallError } from '../../../kernel/errors/syscall-error.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { start } from '../../../kernel/process.js';
import { recordErrno } from '../../../kernel/render.js';
import { openPtyOf } from '../../../kernel/terminal/pty.js';
import { procPath } from '../../../procfs/proc.js';
import type { Define, GlobalOptions } from '../../command.js';
import { inLines } from '../../report-error.js';
import { chooseNamespaces, type TypeFlags } from './choice.js';
import { type Credentials, type Entry, enterNamespaces } from './entry.js';
import { findTarget } from './target.js';

interface EnterOptions extends GlobalOptions, TypeFlags {
  readonly target?: string;
  readonly all?: true;
  readonly root?: true;
  readonly wd?: true;
  readonly setuid?: number;
  readonly setgid?: number;
  readonly preserveCredentials?: true;
  readonly trace?: true;
}

const ABOUT =
  'Run a program in namespaces of a container or process: all of its that are not ours, unless some are named. Without --mount the program is one of the host’s, which is the point: ip, tcpdump or gdb at work where there are none. It gets no limits, no user and no environment of the container: for a program of the container’s own take `tslab exec`.';

/** `tslab enter` */
export const define: Define = (command, choose) =>
  command
    .description(ABOUT)
    .usage('[options] CONTAINER|PID [COMMAND [ARG...]]')
    .argument('[container]', 'a container that runs, or a process')
    .argument('[command...]', 'else a shell')
    .option('-t, --target <container>', 'the same, as nsenter takes it: all words are the command then')
    .option('-a, --all', 'all namespaces')
    .option('-m, --mount', 'the mount namespace: its files')
    .option('-u, --uts', 'the UTS namespace: its host name')
    .option('-i, --ipc', 'the IPC namespace')
    .option('-n, --net', 'the network namespace')
    .option('-p, --pid', 'the pid namespace; the command is a child there')
    .option('-C, --cgroup', 'the cgroup namespace; limits are not entered')
    .option('-U, --user', 'the user namespace, as its user 0')
    .option('-T, --time', 'the time namespace')
    .option('-r, --root', 'its root directory, where that is not the root of its mounts')
    .option('-w, --wd', 'its working directory')
    .option('-S, --setuid <uid>', 'as this user, by number in its user namespace', numberOf('-S'))
    .option('-G, --setgid <gid>', 'as this group, and no other', numberOf('-G'))
    .option('--preserve-credentials', 'user and groups stay as they are, also with --user')
    .option('--trace', 'show the system calls and what the kernel said, on standard error')
    .action((first: string | undefined, words: string[]) =>
      choose(() => enter([...(first === undefined ? [] : [first]), ...words], command.optsWithGlobals<EnterOptions>())),
    );

/** A number of a user or group; the largest stands for "stays as it is" (setresuid(2)). */
function numberOf(option: string): (text: string) => number {
  return (text) => {
    if (/^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 - 1) return Number(text);
    throw new UserError(
      `${option}: "${text}" is no number of a user or group`,
      2,
      'Names differ inside: give the number, 0 to 4294967294.',
    );
  };
}

/** The exit status of the command. */
async function enter(words: readonly string[], options: EnterOptions): Promise<number> {
  const [target, ...args] = options.target === undefined ? words : [options.target, ...words];
  if (target === undefined)
    throw new UserError('enter what? A container or a process', 2, 'tslab enter web --net ip addr');
  const entry = entryOf(target, args, options);
  const isAtTerminal = process.stdin.isTTY && process.stdout.isTTY;
  const starter = {
    begin: (io: ProcessIo) => begin(entry, io, options.trace === true),
    openTerminal: () => openTerminal(entry),
  };
  try {
    return (await attend({ tty: isAtTerminal, interactive: true }, starter)).status;
  } catch (error) {
    if (!(error instanceof SyscallError && error.record.call.name === 'execve')) throw error;
    return tellNoProgram(error, entry);
  }
}

function entryOf(word: string, args: readonly string[], options: EnterOptions): Entry {
  const target = findTarget(word);
  const namespaces = chooseNamespaces(target, options, options.all === true);
  const places = [...(options.root ? ['root' as const] : []), ...(options.wd ? ['cwd' as const] : [])];
  const shell = namespaces & CLONE_NEWNS ? '/bin/sh' : (process.env.SHELL ?? '/bin/sh');
  const credentials = credentialsFor(target.pid, namespaces, options);
  return {
    pid: target.pid,
    namespaces,
    places,
    credentials,
    args: args.length > 0 ? args : [shell],
    env: environment(),
  };
}

/** As nsenter(1): in another user namespace one is its user and group 0, where nothing else is asked for. */
function credentialsFor(
  pid: number,
  namespaces: number,
  { setuid, setgid, preserveCredentials }: EnterOptions,
): Credentials {
  const isUserEntered = (namespaces & CLONE_NEWUSER) !== 0;
  const usual = isUserEntered && !preserveCredentials ? 0 : undefined;
  const [uid, gid] = [setuid ?? usual, setgid ?? usual];
  return { uid, gid, dropGroups: gid !== undefined && !(isUserEntered && deniesSetgroups(pid)) };
}

/** Where an ordinary user has made it (user_namespaces(7)). */
function deniesSetgroups(pid: number): boolean {
  return readFileSync(procPath(pid, 'setgroups'), 'utf8').trim() === 'deny';
}

/** That of this process, but for what its own start put there. */
function environment(): string[] {
  return Object.entries(process.env).flatMap(([name, value]) => (name === 'TSLAB_NOFILE' ? [] : [`${name}=${value}`]));
}

function begin(entry: Entry, io: ProcessIo, isTraced: boolean) {
  const spec = { ...enterNamespaces(entry, io.terminal !== undefined), stdio: io.stdio };
  const { pid, exited } = traced(
    () => start(spec),
    isTraced ? (calls) => process.stderr.write(renderTrace(calls)) : undefined,
  );
  return { pid, ended: exited };
}

/** One that has a name where the program is; else one that has none. */
function openTerminal({ pid, namespaces }: Entry) {
  try {
    return { ...openPtyOf(namespaces & CLONE_NEWNS ? pid : process.pid), devpts: undefined };
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    return newTerminal();
  }
}

/** 127: there is no such program; 126: it cannot be executed. As env(1) and nsenter(1). */
function tellNoProgram({ trace, message }: SyscallError, { args, namespaces }: Entry): number {
  const tried = trace.filter(({ call }) => call.name === 'execve');
  const isMissing = tried.every((record) => recordErrno(record) === 'ENOENT');
  const error = isMissing ? noProgram(args[0] ?? '', (namespaces & CLONE_NEWNS) !== 0) : { message };
  process.stderr.write(`tslab: ${inLines(error)}`);
  return isMissing ? 127 : 126;
}

function noProgram(name: string, isTheirs: boolean): { message: string; remedy?: string } {
  if (!isTheirs) return { message: `there is no program "${name}" on the host` };
  const message = `there is no program "${name}" among the files of this mount namespace`;
  return {
    message,
    remedy: 'Without --mount it is one of the host’s: name the namespaces that it is to enter, such as --net.',
  };
}
