import { pauseContainer, unpauseContainer } from '../../../container/life/pause.js';
import type { Container } from '../../../container/store/store.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab pause` */
export const define: Define = (command, choose) =>
  command
    .description('Stop all processes of containers where they are: the freezer of their cgroup.')
    .argument('<container...>')
    .action((references: string[]) => choose(() => forEach(references, (one) => act(one, pauseContainer))));

/** `tslab unpause` */
export const defineUnpause: Define = (command, choose) =>
  command
    .description('Let the processes of paused containers go on.')
    .argument('<container...>')
    .action((references: string[]) => choose(() => forEach(references, (one) => act(one, unpauseContainer))));

async function act(reference: string, work: (container: Container) => void): Promise<void> {
  work(await findCurrent(reference));
  print(`${reference}\n`);
}
