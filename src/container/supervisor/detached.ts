import { closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { call } from '../../kernel/call.js';
import { mknod } from '../../kernel/calls/index.js';
import { S_IFIFO } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { openOwnFile } from '../../state/own-file.js';
import type { LogConfig } from '../logs/config.js';
import { newTerminal } from '../start/foreground.js';
import { launch, type Running } from '../start/launch.js';
import type { Container } from '../store/store.js';
import { copyTerminal } from './terminal-copier.js';

/** Starts a container that writes its output directly into its log files, so that the death of no other process loses a line. */
export function launchDetached(container: Container): Running {
  return container.config.process.tty ? withTerminal(container) : withLogs(container);
}

function withLogs({ config, directory }: Container): Running {
  using files = new OpenFiles();
  const stdin = config.process.interactive ? files.add(openSync(stdinPipe(directory), 'r+')) : 'null';
  const [stdout, stderr] = ['stdout.log', 'stderr.log'].map((name) => files.log(config.log, join(directory, name)));
  // Of what an ordinary user gives away he can read nothing any more.
  const pipes = isPrivileged() ? files.all : [];
  return launch(config.id, { stdio: [stdin, stdout ?? 'null', stderr ?? 'null'], pipes });
}

/** The master of a terminal must be kept open and read: by a process of its own, which outlives us. */
function withTerminal(container: Container): Running {
  using files = new OpenFiles();
  const terminal = newTerminal();
  const { master, slave, devpts } = terminal;
  for (const fd of [master, slave, devpts]) files.add(fd);
  copyTerminal(master, container);
  return launch(container.config.id, { stdio: [slave, slave, slave], terminal });
}

/** A pipe with a name, into which `attach` writes. The container itself has it open for writing too, so it sees no end of file. */
function stdinPipe(directory: string): string {
  const path = join(directory, 'stdin');
  if (lstatSync(path, { throwIfNoEntry: false })?.isFIFO()) return path;
  rmSync(path, { recursive: true, force: true });
  call(mknod(path, S_IFIFO | 0o600));
  return path;
}

/** Descriptors that only the container needs after its start. */
class OpenFiles implements Disposable {
  readonly #fds: number[] = [];

  get all(): readonly number[] {
    return this.#fds;
  }

  add<T extends number | undefined>(fd: T): T {
    if (fd !== undefined) this.#fds.push(fd);
    return fd;
  }

  /** Undefined where nothing is to be kept. */
  log(log: LogConfig | undefined, path: string): number | undefined {
    return log?.driver === 'none' ? undefined : this.add(openOwnFile(path));
  }

  [Symbol.dispose](): void {
    for (const fd of this.#fds) closeSync(fd);
  }
}
