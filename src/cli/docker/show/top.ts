import { isRunning } from '../../../container/state.js';
import { containerProcesses } from '../../../container/stats/processes.js';
import { renderProcesses } from '../../../docker/output/processes.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab top` */
export const define: Define = (command, choose) =>
  command
    .description('Show the processes of a container, with the pids that the host knows them by.')
    .argument('<container>')
    .action((reference: string) => choose(() => tellingErrors(() => top(reference))));

async function top(reference: string): Promise<number> {
  const container = await findCurrent(reference);
  if (!isRunning(container.state)) throw notRunning(container.config.name);
  print(renderProcesses(containerProcesses(container), Date.now()));
  return 0;
}

function notRunning(name: string): UserError {
  return new UserError(`Container ${name} is not running`, 2, `tslab start ${name} starts it again.`);
}
