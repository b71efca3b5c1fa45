import type { Define } from '../../command.js';
import { addRunOptions } from './run.js';
import type { WhyOptions } from './why-container.js';

const ABOUT =
  'Run a command in a container that goes away again, and tell what refused it something: seccomp, a capability, a mount, the rules for devices, permissions, a user namespace; and which option would let it through.';

/** `tslab why` */
export const define: Define = (command, choose) => {
  addRunOptions(command)
    .description(ABOUT)
    .option('--json', 'all that was refused, as JSON; of the program nothing is shown');
  command.action((image: string, words: string[], options: WhyOptions) =>
    choose(async () => (await import('./why-container.js')).whyContainer(options, [image, ...words])),
  );
};
