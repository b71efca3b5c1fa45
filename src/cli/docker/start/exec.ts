import { execAttended, execDetached } from '../../../container/life/exec.js';
import type { ProcessConfig } from '../../../container/record.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { mergeEnvironment } from '../../../docker/options/environment.js';
import { type ProcessFlags, parseProcess } from '../../../docker/options/run.js';
import type { Define } from '../../command.js';
import { readEnvironment } from '../shared/environment.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { addProcessOptions } from '../shared/process-options.js';

/** `tslab exec` */
export const define: Define = (command, choose) => {
  command
    .description('Run a command in a running container.')
    .usage('[options] CONTAINER COMMAND [ARG...]')
    .argument('<container>')
    .argument('<command...>')
    .passThroughOptions();
  addProcessOptions(command);
  command.action((reference: string, words: string[], flags: ProcessFlags) =>
    choose(() => tellingErrors(() => exec(reference, words, flags))),
  );
};

/** The exit status of the command; 0 in the background. */
async function exec(reference: string, words: readonly string[], flags: ProcessFlags): Promise<number> {
  const asked = parseProcess(flags, words, readEnvironment(flags.envFile));
  if (!flags.detach) refuseWithoutTerminal(asked);
  const container = await findCurrent(reference);
  const program = asInContainer(asked, container.config.process, flags);
  if (!flags.detach) return (await execAttended(container, program)).status;
  execDetached(container, program);
  return 0;
}

/** What was not asked for is as the container's own process has it. */
function asInContainer(asked: ProcessConfig, own: ProcessConfig, flags: ProcessFlags): ProcessConfig {
  const terminal = asked.tty && !own.tty ? ['TERM=xterm'] : [];
  return {
    ...asked,
    env: mergeEnvironment(own.env, terminal, asked.env),
    cwd: flags.workdir ?? own.cwd,
    user: flags.user ?? own.user,
  };
}
