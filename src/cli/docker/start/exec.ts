import { execAttended, execDetached } from '../../../container/life/exec.js';
import type { ProcessConfig } from '../../../container/record.js';
import { LEFT, parseDetachKeys } from '../../../container/terminal/detach-keys.js';
import { refuseWithoutTerminal } from '../../../container/terminal/session.js';
import { mergeEnvironment } from '../../../docker/options/environment.js';
import { type ProcessFlags, parseProcess } from '../../../docker/options/run.js';
import type { Define } from '../../command.js';
import { readEnvironment } from '../shared/environment.js';
import { tellingErrors } from '../shared/errors.js';
import { findCurrent } from '../shared/find.js';
import { addDetachKeys, addProcessOptions } from '../shared/process-options.js';
import { tellLeft } from './in-front.js';

interface ExecFlags extends ProcessFlags {
  readonly privileged?: boolean;
  readonly detachKeys?: string;
}

/** `tslab exec` */
export const define: Define = (command, choose) => {
  command
    .description('Run a command in a running container.')
    .usage('[options] CONTAINER COMMAND [ARG...]')
    .argument('<container>')
    .argument('<command...>')
    .passThroughOptions()
    .option('-d, --detach', 'in the background')
    .option('--privileged', 'with all capabilities that tslab has; the filter of system calls stays');
  addDetachKeys(command);
  addProcessOptions(command);
  command.action((reference: string, words: string[], flags: ExecFlags) =>
    choose(() => tellingErrors(() => exec(reference, words, flags))),
  );
};

/** The exit status of the command; 0 in the background. */
async function exec(reference: string, words: readonly string[], flags: ExecFlags): Promise<number> {
  const asked = parseProcess(flags, words, readEnvironment(flags.envFile));
  const keys = parseDetachKeys(flags.detachKeys);
  if (!flags.detach) refuseWithoutTerminal(asked);
  const container = await findCurrent(reference);
  const program = asInContainer(asked, container.config.process, flags);
  if (flags.detach) execDetached(container, program);
  const end = flags.detach ? undefined : await execAttended(container, program, keys);
  return end === LEFT ? tellLeft() : (end?.status ?? 0);
}

/** What was not asked for is as the container's own process has it. */
function asInContainer(asked: ProcessConfig, own: ProcessConfig, flags: ExecFlags): ProcessConfig {
  const terminal = asked.tty && !own.tty ? ['TERM=xterm'] : [];
  return {
    ...asked,
    env: mergeEnvironment(own.env, terminal, asked.env),
    cwd: flags.workdir ?? own.cwd,
    user: flags.user ?? own.user,
    ...(flags.privileged && { privileged: true }),
  };
}
