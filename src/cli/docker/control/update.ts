import { availableParallelism } from 'node:os';
import { type Change, updateContainer } from '../../../container/life/update.js';
import { parseUpdate, type UpdateFlags } from '../../../docker/options/update.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { forEach, tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';

/** `tslab update` */
export const define: Define = (command, choose) =>
  command
    .description('Change limits and restart policies of containers: of those that run at once, in their cgroups.')
    .option('-m, --memory <size>', 'limit of memory: 64m, 1g; at least 6m')
    .option('--memory-swap <size>', 'with it: limit of memory and swap together; -1: of memory alone')
    .option('--memory-reservation <size>', 'memory that is taken away last')
    .option('--cpus <number>', 'limit of CPU time, in CPUs: 0.5')
    .option('--cpu-period <us>', 'the same in microseconds: in each period …')
    .option('--cpu-quota <us>', '… so much CPU time')
    .option('-c, --cpu-shares <number>', 'weight against other containers; 1024 is the default')
    .option('--cpuset-cpus <list>', 'only these CPUs: 0-1,3')
    .option('--cpuset-mems <list>', 'only these nodes of memory: 0-1')
    .option('--blkio-weight <number>', 'weight against other containers at a busy disk: 10 to 1000; 0 is none')
    .option('--pids-limit <number>', 'limit of processes and threads; -1 is none')
    .option('--restart <policy>', 'when it has ended: no, always, unless-stopped, on-failure or on-failure:N')
    .argument('<container...>')
    .action((references: string[], flags: UpdateFlags) => choose(() => tellingErrors(() => update(references, flags))));

async function update(references: readonly string[], flags: UpdateFlags): Promise<number> {
  const change = parseUpdate(await possible(flags), availableParallelism());
  return await forEach(references, (reference) => updateOne(reference, change));
}

/** A weight of 0 changes nothing. */
async function possible(flags: UpdateFlags): Promise<UpdateFlags> {
  if (!Number(flags.blkioWeight ?? 0)) return flags;
  const { keepsIoWeight } = await import('../shared/io-weight.js');
  return keepsIoWeight() ? flags : { ...flags, blkioWeight: '0' };
}

async function updateOne(reference: string, change: Change): Promise<void> {
  updateContainer(await findCurrent(reference), change);
  print(`${reference}\n`);
}
