/** A program of a container in the foreground: descriptors, signals, terminal. For `run`, `start -a` and `exec`. */
import { closeSync } from 'node:fs';
import type { MadeForIt, OpenTerminal } from '../../../labs/12-runtime/calls/terminal.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { StdioChoice } from '../../kernel/stdio.js';
import { makeBlocking } from '../../kernel/stdio.js';
import { readTermios } from '../../kernel/terminal/termios.js';
import { waitNoMore } from '../../kernel/wait.js';
import type { Asked } from '../../why/asking.js';
import type { ProcessConfig } from '../record.js';
import { Console } from './console.js';
import { LEFT } from './detach-keys.js';
import { guardProgram } from './guard.js';
import { BOTH_OUTPUTS, type OutputTakers, Pipes, type ShownOutputs } from './pipes.js';
import { Reader } from './reader.js';
import { Forwarding } from './signals.js';
import { followWindow } from './window.js';

/** Where a program's descriptors 0 to 2 go, and what was made for it. */
export interface ProcessIo extends MadeForIt {
  readonly stdio: readonly [StdioChoice, StdioChoice, StdioChoice];
  /** It goes on when tslab dies: somebody else takes care of that. */
  readonly outlives?: boolean;
  /** Gets what else a person should know. */
  readonly warn?: (message: string) => void;
  /** Called with its pid, before its program begins where that is possible. */
  readonly known?: (pid: number) => void;
  /** Is asked by its filter. */
  readonly asked?: Asked | undefined;
}

/** A program that runs, as a child of this process. */
export interface StartedProcess<T> {
  readonly pid: number;
  readonly ended: Promise<T>;
}

type TerminalFlags = Pick<ProcessConfig, 'tty' | 'interactive'>;

/** How a session starts its program, and opens a terminal for it. */
export interface ProcessStarter<T> {
  begin(io: ProcessIo): StartedProcess<T>;
  openTerminal(): OpenTerminal;
  /** Gets what it prints. */
  readonly log?: OutputTakers | undefined;
  /** What of it is shown. Undefined: both outputs. */
  readonly shown?: ShownOutputs | undefined;
  /** False: signals are not passed on. */
  readonly sigProxy?: boolean | undefined;
  /** How many rows at the bottom of our terminal are not its: somebody else writes there. */
  readonly rowsLeft?: number;
}

/** How a person leaves a program at a terminal. */
export interface Leaving {
  readonly keys: Buffer;
  /** Makes it go on without us, given the master of its terminal. */
  leave(master: number): void;
}

/** Starts a program and waits for its end, or until it is left. */
export function attend<T>(flags: TerminalFlags, starter: ProcessStarter<T>): Promise<T>;
export function attend<T>(flags: TerminalFlags, starter: ProcessStarter<T>, leaving: Leaving): Promise<T | typeof LEFT>;
export function attend<T>(flags: TerminalFlags, starter: ProcessStarter<T>, leaving?: Leaving) {
  return flags.tty ? atTerminal(flags, starter, leaving) : withOurDescriptors(flags, starter);
}

/** Docker's check, its words, and its status: input can only come from a terminal where that is to be the container's. */
export function refuseWithoutTerminal(
  { tty, interactive }: TerminalFlags,
  remedy = 'Leave -t out: -i alone takes input from a pipe or a file.',
): void {
  if (tty && interactive && !readTermios(0)) throw new UserError('the input device is not a TTY', 1, remedy);
}

/** The program reads and writes our own files and pipes itself, but not our terminal; what is logged goes through pipes as well. */
async function withOurDescriptors<T>(
  { interactive }: TerminalFlags,
  { begin, log, shown = BOTH_OUTPUTS, sigProxy }: ProcessStarter<T>,
): Promise<T> {
  for (const fd of [0, 1, 2]) makeBlocking(fd);
  using forwarding = new Forwarding(sigProxy);
  using pipes = new Pipes(interactive, log, shown);
  const { pid, ended } = begin({ stdio: pipes.stdio, pipes: pipes.made });
  forwarding.to(pid);
  pipes.copy(forwarding.endSoon);
  using _stdout = log || !shown.stdout ? undefined : new Reader(1, forwarding.endSoon);
  using _stderr = log || !shown.stderr ? undefined : new Reader(2, forwarding.endSoon);
  const result = await ended;
  await pipes.drained();
  return result;
}

/** The program has a terminal of its own, and we copy between that and ours. */
async function atTerminal<T>({ interactive }: TerminalFlags, starter: ProcessStarter<T>, leaving?: Leaving) {
  using forwarding = new Forwarding(starter.sigProxy);
  const terminal = starter.openTerminal();
  followWindow(terminal.master, starter.rowsLeft);
  const { pid, ended, dismiss } = beginWith(terminal, starter, interactive && leaving !== undefined);
  forwarding.to(pid);
  const [{ stdout: shown }, { stdout: log }] = [starter.shown ?? BOTH_OUTPUTS, starter.log ?? {}];
  const [{ endSoon: unheard }, { rowsLeft }] = [forwarding, starter];
  using console = new Console(terminal.master, { shown, interactive, keys: leaving?.keys, log, unheard, rowsLeft });
  const end = await Promise.race([ended, console.left]);
  const master = end === LEFT ? console.release() : undefined;
  if (master === undefined) await console.drained();
  else leave(leaving, master, pid);
  dismiss();
  return master === undefined ? await ended : LEFT;
}

function leave(leaving: Leaving | undefined, master: number, pid: number): void {
  leaving?.leave(master);
  closeSync(master);
  waitNoMore(pid);
}

/** A program, and how to make its guard go: where a person may leave it. */
interface Guarded<T> extends StartedProcess<T> {
  readonly dismiss: () => void;
}

/** Closes our slave, so that the container's end is the end of the terminal. */
function beginWith<T>(terminal: OpenTerminal, { begin }: ProcessStarter<T>, mayBeLeft: boolean): Guarded<T> {
  const { master, slave, devpts } = terminal;
  let dismiss = () => {};
  const known = (pid: number) => {
    if (mayBeLeft) dismiss = guardProgram(pid);
  };
  try {
    const program = begin({ stdio: [slave, slave, slave], terminal, outlives: mayBeLeft, known });
    return { ...program, dismiss };
  } catch (error) {
    dismiss();
    closeSync(master);
    throw error;
  } finally {
    closeSync(slave);
    if (devpts !== undefined) closeSync(devpts);
  }
}
