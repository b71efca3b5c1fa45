import { chdir, execve } from '../../../src/kernel/calls/index.js';
import { madeBy } from '../../../src/lab/cause.js';
import type { Lab } from '../../../src/lab/lab.js';
import { observed } from '../../../src/lab/observation.js';
import { ENVIRONMENT } from '../../../src/lab/script.js';
import { ALL_NAMESPACES, enterNamespaces } from '../calls/enter.js';
import { COLOUR, startContainer, WORKING_DIRECTORY } from './setup.js';

const COMMAND = 'echo "COLOUR=$COLOUR in $(pwd)"';

// #region environment
export async function environmentStays(lab: Lab): Promise<void> {
  await lab.step('environment');
  const container = await startContainer(lab);
  const say = (env: readonly string[]) => execve('/bin/sh', ['sh', '-c', COMMAND], env);
  const enter = (pidfd: number, own: number) => enterNamespaces(pidfd, ALL_NAMESPACES | own);
  const bare = await lab.visit(container, (pidfd, own) => [...enter(pidfd, own), say(ENVIRONMENT)]);
  const before = (await lab.finish(bare, COMMAND)).output;
  await lab.observe('before', observed('container', COMMAND, before));
  // What `docker exec` does: it has written down what the container was started with.
  const told = await lab.visit(container, (pidfd, own) => [
    ...enter(pidfd, own),
    chdir(WORKING_DIRECTORY),
    say([...ENVIRONMENT, COLOUR]),
  ]);
  // #endregion
  const after = (await lab.finish(told, COMMAND)).output;
  await lab.observe('after', observed('container', COMMAND, after), madeBy(told, 'chdir', 'execve'));
  await lab.check('setns brings neither along', 'COLOUR= in /', before);
  await lab.check('the visitor has to bring them', `${COLOUR} in ${WORKING_DIRECTORY}`, after);
}
