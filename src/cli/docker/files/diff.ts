import { join } from 'node:path';
import { initLayerOf } from '../../../container/start/init-layer.js';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { isPrivileged } from '../../../kernel/credentials/privilege.js';
import { changes } from '../../../overlay/changes.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import { streamSink } from '../../../view/sink.js';
import { visibleLine } from '../../../view/text/visible.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab diff` */
export const define: Define = (command, choose) =>
  command
    .description('Show what a container changed in its file system: A added, C changed, D deleted.')
    .argument('<container>')
    .action((reference: string) => choose(() => tellingErrors(() => asOwnRoot(() => diff(reference)))));

/** Lab 04 shows that the upper directory alone tells every change. */
async function diff(reference: string): Promise<number> {
  const { directory, config } = await findCurrent(reference);
  const lower = [initLayerOf(config.layers), ...config.layers];
  const layers = { upper: join(directory, 'upper'), lower, privileged: isPrivileged() };
  const sink = streamSink(process.stdout);
  // One at a time: the paths of a deep tree are long.
  for (const { kind, path } of changes(layers)) {
    if (!(await sink.write(`${kind} ${visibleLine(path)}\n`))) return NOBODY_READS;
  }
  return 0;
}
