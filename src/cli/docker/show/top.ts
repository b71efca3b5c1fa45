import { isRunning } from '../../../container/state.js';
import { containerProcesses } from '../../../container/stats/processes.js';
import type { Container } from '../../../container/store/store.js';
import { renderProcesses } from '../../../docker/output/processes.js';
import { renderTable } from '../../../docker/output/table.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab top` */
export const define: Define = (command, choose) =>
  command
    .description('Show the processes of a container, with the pids that the host knows them by.')
    .usage('CONTAINER [ps OPTIONS]')
    .argument('<container>')
    .argument('[options...]', 'columns of your own, by the ps(1) of this machine: -o pid,comm')
    .passThroughOptions()
    .action((reference: string, options: string[]) => choose(() => tellingErrors(() => top(reference, options))));

async function top(reference: string, options: readonly string[]): Promise<number> {
  const container = await findCurrent(reference);
  if (!isRunning(container.state)) throw notRunning(container.config.name);
  print(options.length > 0 ? await inColumns(container, options) : renderOwn(container));
  return 0;
}

function renderOwn(container: Container): string {
  return renderProcesses(containerProcesses(container), Date.now());
}

async function inColumns(container: Container, options: readonly string[]): Promise<string> {
  const { hostPs } = await import('../../../container/stats/host-ps.js');
  const { headings, rows } = hostPs(container, options);
  return renderTable(headings, rows);
}

function notRunning(name: string): UserError {
  return new UserError(`Container ${name} is not running`, 2, `tslab start ${name} starts it again.`);
}
