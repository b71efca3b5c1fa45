import { ContainerWait } from '../../../container/life/wait.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab wait` */
export const define: Define = (command, choose) =>
  command
    .description('Wait until containers have ended, then print their exit statuses.')
    .argument('<container...>')
    .action((references: string[]) => choose(() => forEach(references, waitFor)));

async function waitFor(reference: string): Promise<void> {
  using ending = new ContainerWait(await findCurrent(reference));
  print(`${await ending.within(Number.POSITIVE_INFINITY)}\n`);
}
