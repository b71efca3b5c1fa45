import { realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { writeBundle } from '../../../docker/bundle.js';
import { planned } from '../../../docker/create.js';
import { parseRun, type RunFlags, type RunRequest } from '../../../docker/options/run.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { collect, type Define } from '../../command.js';
import { warn } from '../../leftovers.js';
import { readEnvironment } from '../shared/environment.js';
import { addProgramOptions } from '../shared/process-options.js';
import { withProfiles } from '../shared/seccomp-profile.js';
import { imageToRun } from '../start/find-image.js';
import { addLimitOptions, addMountOptions, addNamespaceOptions, addSecurityOptions } from '../start/run.js';

/** `tslab bundle` */
export const define: Define = (command, choose) => {
  command
    .description(
      'Write what `tslab run` would start as an OCI bundle: DIR/config.json and DIR/rootfs, for runc run and crun run.',
    )
    .usage('[options] IMAGE DIR [COMMAND] [ARG...]\n       tslab bundle [options] --rootfs ROOT DIR [COMMAND] [ARG...]')
    .argument('<image dir...>', 'the image; a directory that is empty, or does not exist yet; the command')
    .passThroughOptions()
    .helpOption('--help', 'show this help')
    .option('-t, --tty', 'it has a terminal of its own');
  addProgramOptions(command);
  command
    .option('-h, --hostname <name>', 'its host name')
    .option('--entrypoint <program>', 'run this, with COMMAND as its arguments')
    .option('--network <network>', 'none: nothing but lo (the default); host: the host’s', collect);
  addNamespaceOptions(command);
  addMountOptions(command);
  addLimitOptions(command);
  addSecurityOptions(command);
  command.action((words: string[], flags: RunFlags) => choose(() => asOwnRoot(() => bundle(flags, words))));
};

async function bundle(flags: RunFlags, words: readonly string[]): Promise<number> {
  const [image = '', directory, ...rest] = flags.rootfs === undefined ? words : ['', ...words];
  if (directory === undefined)
    throw new UserError('a bundle needs a directory', 1, 'Such as: tslab bundle busybox box');
  const stored = await imageToRun({ ...flags, pull: 'never' }, image, async () => {});
  using _held = stored?.hold;
  const config = planned(requestOf(flags, [image, ...rest], stored));
  return await untilInterrupted(async ({ aborted }) => {
    const leftOut = await writeBundle(config, directory, aborted);
    if (leftOut.length > 0) warn(`left out what is no file, directory or link: ${leftOut.slice(0, 3).join(', ')}`);
    if (config.userns) warnOfClosed(directory, config.userns.uid);
    return 0;
  });
}

/** runc enters the root filesystem as root of the container, who is nobody special to the host. */
function warnOfClosed(directory: string, uid: number): void {
  const closed = ancestors(realpathSync(directory)).find((one) => (statSync(one).mode & 0o001) === 0);
  if (closed === undefined) return;
  warn(
    `runc cannot reach ${directory}: root of this container is user ${uid}, who may not pass ${closed}: chmod o+x ${closed}`,
  );
}

function ancestors(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [above, ...ancestors(above)];
}

type Stored = Awaited<ReturnType<typeof imageToRun>>;

/** Places of an image's volumes are directories of the bundle's root. */
function requestOf(flags: RunFlags, words: readonly string[], stored: Stored): RunRequest {
  const [all, command] = stored ? stored.withImageFlags(flags, words, stored.image) : [flags, words];
  const caller = { ...readEnvironment(flags.envFile), network: 'none' };
  const request = parseRun(withProfiles(all), command, caller);
  return stored ? { ...stored.withImageDefaults(request, stored.image), mounts: request.mounts } : request;
}
