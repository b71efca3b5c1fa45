import type { ContainerState } from '../../src/container/config.js';
import type { Container } from '../../src/container/store.js';
import { AT_FDCWD } from '../../src/kernel/constants.js';
import { newDevpts, openPty } from '../../src/kernel/pty.js';
import { isPrivileged, launch } from './launch.js';
import { attend } from './session.js';
import type { OpenTerminal } from './terminal.js';
import { type Hand, traced } from './trace.js';

/**
 * Starts a created container in front of a person and stays to its end. Its state then. Throws as {@link launch} does. `hand`
 * gets the system calls of the start, before the program prints anything through us.
 */
export function runForeground({ config }: Container, hand?: Hand): Promise<ContainerState> {
  return attend(config.process, {
    begin: (attachment) => traced(() => launch(config.id, attachment), hand),
    openTerminal: newTerminal,
  });
}

/** A terminal for a container that is yet to be: in a devpts that will be its own. Without root nobody may mount one here, so it is the host's. */
export function newTerminal(): OpenTerminal {
  if (!isPrivileged()) return { ...openPty(AT_FDCWD, '/dev/ptmx'), devpts: undefined };
  const devpts = newDevpts();
  return { ...openPty(devpts, 'ptmx'), devpts };
}
