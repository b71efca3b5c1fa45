import { Command } from 'commander';
import { stopContainer } from '../../container/life/stop.js';
import type { CreateCommand } from '../commands.js';
import { presentContainer } from './find.js';
import { forAll } from './refusal.js';
import { addStopTime } from './stop-time.js';

/** `tslab stop` */
export const createStop: CreateCommand = (choose) =>
  addStopTime(new Command())
    .description('Ask containers to end, with their stop signal; kill those that do not.')
    .argument('<container...>')
    .action((references: string[], { time }: { time: number }) =>
      choose(() => forAll(references, (reference) => stop(reference, time))),
    );

async function stop(reference: string, seconds: number): Promise<string> {
  // One that does not run may be about to be started again (--restart).
  await stopContainer(await presentContainer(reference), seconds);
  return `${reference}\n`;
}
