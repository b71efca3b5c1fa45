/** A program of a container in the foreground: descriptors, signals, terminal. For `run`, `start -a` and `exec`. */
import { closeSync } from 'node:fs';
import type { MadeForIt, OpenTerminal } from '../../../labs/12-runtime/calls/terminal.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { StdioChoice } from '../../kernel/stdio.js';
import { makeBlocking } from '../../kernel/stdio.js';
import { readTermios } from '../../kernel/terminal/termios.js';
import type { ProcessConfig } from '../record.js';
import { Console } from './console.js';
import { Pipes } from './pipes.js';
import { Reader } from './reader.js';
import { Forwarding } from './signals.js';
import { followWindow } from './window.js';

/** Where a program's descriptors 0 to 2 go, and what was made for it. */
export interface ProcessIo extends MadeForIt {
  readonly stdio: readonly [StdioChoice, StdioChoice, StdioChoice];
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
}

/** Starts a program and waits for its end. */
export function attend<T>(flags: TerminalFlags, starter: ProcessStarter<T>): Promise<T> {
  return flags.tty ? atTerminal(flags, starter) : withOurDescriptors(flags, starter);
}

/** Docker's check, its words, and its status: input can only come from a terminal where that is to be the container's. */
export function refuseWithoutTerminal(
  { tty, interactive }: TerminalFlags,
  remedy = 'Leave -t out: -i alone takes input from a pipe or a file.',
): void {
  if (tty && interactive && !readTermios(0)) throw new UserError('the input device is not a TTY', 1, remedy);
}

/** The program reads and writes our own files and pipes itself, but not our terminal. */
async function withOurDescriptors<T>({ interactive }: TerminalFlags, { begin }: ProcessStarter<T>): Promise<T> {
  for (const fd of [0, 1, 2]) makeBlocking(fd);
  using forwarding = new Forwarding();
  using pipes = new Pipes(interactive);
  const { pid, ended } = begin({ stdio: pipes.stdio, pipes: pipes.made });
  forwarding.to(pid);
  pipes.copy(forwarding.endSoon);
  using _stdout = new Reader(1, forwarding.endSoon);
  using _stderr = new Reader(2, forwarding.endSoon);
  const result = await ended;
  await pipes.drained();
  return result;
}

/** The program has a terminal of its own, and we copy between that and ours. */
async function atTerminal<T>({ interactive }: TerminalFlags, { begin, openTerminal }: ProcessStarter<T>): Promise<T> {
  using forwarding = new Forwarding();
  const terminal = openTerminal();
  followWindow(terminal.master);
  const { pid, ended } = beginWith(terminal, begin);
  forwarding.to(pid);
  using console = new Console(terminal.master, { interactive, unheard: forwarding.endSoon });
  const result = await ended;
  await console.drained();
  return result;
}

/** Closes our slave, so that the container's end is the end of the terminal. */
function beginWith<T>(terminal: OpenTerminal, begin: ProcessStarter<T>['begin']): StartedProcess<T> {
  const { master, slave, devpts } = terminal;
  try {
    return begin({ stdio: [slave, slave, slave], terminal });
  } catch (error) {
    closeSync(master);
    throw error;
  } finally {
    closeSync(slave);
    if (devpts !== undefined) closeSync(devpts);
  }
}
