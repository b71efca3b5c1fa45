import { chdir, execve } from '../../src/kernel/calls.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { ENVIRONMENT } from '../../src/lab/shell.js';
import { seen } from '../../src/lab/sight.js';
import { COLOUR, sleepingContainer, WORKING_DIRECTORY } from './container.js';
import { ALL_NAMESPACES, enterNamespaces } from './enter.js';

const COMMAND = 'echo "COLOUR=$COLOUR in $(pwd)"';

// #region environment
export async function* environmentStays(lab: Lab): Telling {
  yield* lab.step('environment');
  const container = yield* sleepingContainer(lab);
  const say = (env: readonly string[]) => execve('/bin/sh', ['sh', '-c', COMMAND], env);
  const enter = (pidfd: number, own: number) => enterNamespaces(pidfd, ALL_NAMESPACES | own);
  const bare = yield* lab.visit(container, (pidfd, own) => [...enter(pidfd, own), say(ENVIRONMENT)]);
  const before = (yield* lab.finish(bare, COMMAND)).output.trim();
  yield* lab.observe('before', seen('container', COMMAND, before));
  // What `docker exec` does: it has written down what the container was started with.
  const told = yield* lab.visit(container, (pidfd, own) => [
    ...enter(pidfd, own),
    chdir(WORKING_DIRECTORY),
    say([...ENVIRONMENT, COLOUR]),
  ]);
  // #endregion
  const after = (yield* lab.finish(told, COMMAND)).output.trim();
  yield* lab.observe('after', seen('container', COMMAND, after), 'execve');
  yield* lab.check('setns brings neither along', 'COLOUR= in /', before);
  yield* lab.check('whoever enters must bring them', `${COLOUR} in ${WORKING_DIRECTORY}`, after);
  yield* lab.kill(container);
}
