import { CONDITIONS, type Condition, waitUntil } from '../../../container/life/wait.js';
import { invalid } from '../../../docker/options/refuse.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab wait` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Wait until containers have ended and are not started again (--restart), then print their exit statuses.',
    )
    .option(
      '--condition <condition>',
      'not-running; next-exit: the next end, also of one that is yet to be started; removed',
      parseCondition,
      'not-running',
    )
    .argument('<container...>')
    .action((references: string[], { condition }: { condition: Condition }) =>
      choose(() => forEach(references, (reference) => waitFor(reference, condition))),
    );

/** The words of Docker's API (moby, api/types/container, WaitCondition). */
function parseCondition(value: string): Condition {
  const condition = CONDITIONS.find((one) => one === value);
  if (condition) return condition;
  throw invalid('--condition', value, CONDITIONS.join(', '));
}

async function waitFor(reference: string, condition: Condition): Promise<void> {
  print(`${await waitUntil(await findCurrent(reference), condition)}\n`);
}
