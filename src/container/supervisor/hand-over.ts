import { waitNoMore } from '../../kernel/wait.js';
import { releasePorts } from '../ports/held-ports.js';
import { adopted, NOBODY } from '../state.js';
import { type Container, makeDetached, updateState } from '../store/store.js';
import { copyTerminal } from './terminal-copier.js';

/**
 * Makes a container of the foreground a detached one that nobody owns, as if its supervisor had been killed: whichever adopts containers next
 * takes it over. At no moment in between would the death of this process leave something that no command could go on with.
 */
export function handOver(container: Container, master: number): void {
  waitNoMore(copyTerminal(master, container));
  // Whoever adopts it takes them.
  releasePorts(container.config.id);
  makeDetached(container);
  updateState(container.config.id, (state) => adopted(state, NOBODY));
}
