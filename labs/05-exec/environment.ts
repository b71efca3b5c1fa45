import { chdir, execve } from '../../src/kernel/calls.js';
import { CLONE_NEWNS, CLONE_NEWPID } from '../../src/kernel/constants.js';
import type { Telling } from '../../src/lab/definition.js';
import type { Lab } from '../../src/lab/lab.js';
import { ENVIRONMENT } from '../../src/lab/shell.js';
import { seen } from '../../src/lab/sight.js';
import { COLOUR, sleepingContainer } from './container.js';
import { enterNamespaces } from './enter.js';

const COMMAND = 'echo "COLOUR=$COLOUR in $(pwd)"';

export async function* environmentStays(lab: Lab): Telling {
  yield* lab.step('environment');
  const container = yield* sleepingContainer(lab);
  const say = (env: readonly string[]) => execve('/bin/sh', ['sh', '-c', COMMAND], env);
  const enter = (pidfd: number, own: number) => enterNamespaces(pidfd, CLONE_NEWNS | CLONE_NEWPID | own);
  const bare = yield* lab.visit(container, (pidfd, own) => [...enter(pidfd, own), say(ENVIRONMENT)]);
  const before = (yield* lab.finish(bare, COMMAND)).output.trim();
  yield* lab.observe('before', seen('container', COMMAND, before));
  // What `docker exec` does: it has written down what the container was started with.
  const told = yield* lab.visit(container, (pidfd, own) => [
    ...enter(pidfd, own),
    chdir('/tmp'),
    say([...ENVIRONMENT, COLOUR]),
  ]);
  const after = (yield* lab.finish(told, COMMAND)).output.trim();
  yield* lab.observe('after', seen('container', COMMAND, after), 'execve');
  yield* lab.check('setns brings neither along', 'COLOUR= in /', before);
  yield* lab.check('whoever enters must bring them', `${COLOUR} in /tmp`, after);
  yield* lab.kill(container);
}
