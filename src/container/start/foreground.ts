import { join } from 'node:path';
import { privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import type { OpenTerminal } from '../../../labs/12-runtime/calls/terminal.js';
import { exitGroup, mount } from '../../kernel/calls/index.js';
import { MS_NOEXEC, MS_NOSUID, O_NOCTTY, O_RDWR } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { newDevpts, openPty, type Pty, unlockPty } from '../../kernel/terminal/pty.js';
import { runDirectory } from '../../state/directories.js';
import type { Asked } from '../../why/asking.js';
import { HeldMounts } from '../files/held-mounts.js';
import { OutputLog } from '../logs/output-log.js';
import type { ContainerState } from '../state.js';
import type { Container } from '../store/store.js';
import { tellOf } from '../store/tell.js';
import { handOver } from '../supervisor/hand-over.js';
import { LEFT } from '../terminal/detach-keys.js';
import type { ShownOutputs } from '../terminal/pipes.js';
import { attend, type ProcessIo } from '../terminal/session.js';
import { isInNetwork, loadNetworks } from './joining.js';
import { launch } from './launch.js';
import { type OnCalls, traced } from './trace.js';

/** How a person watches a container. */
export interface Front {
  /** The keys at which a person leaves it. */
  readonly keys: Buffer;
  /** Gets the system calls of the start, before the program prints anything through us. */
  readonly onCalls?: OnCalls | undefined;
  /** False: signals that reach tslab do not go on to the program. */
  readonly sigProxy?: boolean | undefined;
  /** Is asked by the filter of the container. */
  readonly asked?: Asked | undefined;
  /** What is shown. Undefined: both outputs. */
  readonly shown?: ShownOutputs | undefined;
  /** Gets what else there is to say. */
  warn(message: string): void;
}

/**
 * Starts a created container in front of a person and stays to its end, or until it is left: a supervisor is to adopt it then. Its state at its
 * end. Throws as {@link launch} does.
 */
export async function runForeground(
  container: Container,
  { keys, onCalls, asked, shown, sigProxy, warn }: Front,
): Promise<ContainerState | typeof LEFT> {
  const { config } = container;
  if (isInNetwork(container)) await loadNetworks();
  using log = isLogged(config) ? new OutputLog(container.directory, config.log) : undefined;
  using health = config.healthcheck && new (await import('../health/monitor.js')).HealthMonitors();
  const begin = (io: ProcessIo) => {
    tellOf(config, 'attach');
    const running = traced(() => launch(config.id, { ...io, warn, asked }), onCalls);
    health?.add(container);
    return running;
  };
  const leave = (master: number) => handOver(container, master);
  const end = await attend(config.process, { begin, openTerminal: newTerminal, log, shown, sigProxy }, { keys, leave });
  if (end !== LEFT) asked?.ended(end);
  if (log?.problem) warn(`its log is not whole: ${log.problem}`);
  return end;
}

/** With `--rm` nobody will read it, and the program has our own files; but what it prints at a terminal goes through us anyway. */
function isLogged({ log, process, autoRemove }: Container['config']): boolean {
  return log?.driver !== 'none' && (process.tty || !autoRemove);
}

/** A terminal for a container that is yet to be: in a devpts that will be its own. Without root nobody may mount one here. */
export function newTerminal(): OpenTerminal {
  if (!isPrivileged()) return { ...terminalWithoutRoot(), devpts: undefined };
  const devpts = newDevpts();
  return { ...openPty(devpts, 'ptmx'), devpts };
}

/** In a devpts that a user namespace has for as long as the terminal is opened: the host's may be closed to ordinary users. */
function terminalWithoutRoot(): Pty {
  const place = runDirectory();
  const devpts = mount('devpts', place, 'devpts', MS_NOSUID | MS_NOEXEC, 'newinstance,ptmxmode=0666,mode=0620');
  using mounts = new HeldMounts([...privateMounts(), devpts, exitGroup(0)]);
  return unlockPty(mounts.open(join(place, 'ptmx'), O_RDWR | O_NOCTTY));
}
