import { join } from 'node:path';
import { privateMounts } from '../../../labs/01-pid-namespace/calls/proc.js';
import type { OpenTerminal } from '../../../labs/12-runtime/calls/terminal.js';
import { exitGroup, mount } from '../../kernel/calls/index.js';
import { MS_NOEXEC, MS_NOSUID, O_NOCTTY, O_RDWR } from '../../kernel/constants.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { newDevpts, openPty, type Pty, unlockPty } from '../../kernel/terminal/pty.js';
import { runDirectory } from '../../state/directories.js';
import { HeldMounts } from '../files/held-mounts.js';
import type { ContainerState } from '../state.js';
import type { Container } from '../store/store.js';
import { attend } from '../terminal/session.js';
import { launch } from './launch.js';
import { type OnCalls, traced } from './trace.js';

/**
 * Starts a created container in front of a person and stays to its end. Its state then. Throws as {@link launch} does. `onCalls`
 * gets the system calls of the start, before the program prints anything through us.
 */
export function runForeground({ config }: Container, onCalls?: OnCalls): Promise<ContainerState> {
  return attend(config.process, {
    begin: (io) => traced(() => launch(config.id, io), onCalls),
    openTerminal: newTerminal,
  });
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
