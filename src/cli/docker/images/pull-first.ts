import { isMadeHere, unknownImage } from '../../../docker/options/image.js';
import { familiarName, fullName, parseReference } from '../../../image/reference.js';
import { imageNames } from '../../../image/store/images.js';
import { parsePlatform } from '../../../image/transfer/platform.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { onStandardError, pullTold } from './transfer.js';
import { unlessInterrupted } from './unless-interrupted.js';

/** How `run` and `create` pull. */
export interface PullFlags {
  readonly pull?: string;
  readonly platform?: string;
  readonly quiet?: boolean;
}

/** Pulls the image that a container is to be made of. Standard output is the container's, so it is told on the other. Throws UserError (2). */
export async function pullFirst(name: string, { pull, platform, quiet }: PullFlags): Promise<void> {
  const reference = parseReference(name);
  const shown = quiet ? undefined : onStandardError();
  const wanted = platform ? parsePlatform(platform) : undefined;
  const status = await unlessInterrupted(async (signal) => {
    try {
      if (pull !== 'always') shown?.write(`Unable to find image '${familiarName(fullName(reference))}' locally\n`);
      await pullTold(reference, shown, { platform: wanted, signal });
      return 0;
    } catch (error) {
      throw error instanceof UserError && !signal.aborted ? notPulled(name, error) : error;
    }
  });
  if (status !== 0) process.exit(status);
}

function notPulled(name: string, error: UserError): UserError {
  if (isMadeHere(name)) {
    const remedy = 'It is made of what this host has, without any network: leave --pull always out.';
    return new UserError(`${name} cannot be pulled: ${error.message}`, 2, remedy);
  }
  return unknownHere(name, error);
}

/** An image that is not here and was not pulled, `why`: images that are here, and what else may have been meant, are `alike`. */
export function unknownHere(name: string, why?: UserError, alike: readonly string[] = []): UserError {
  return unknownImage(name, { ...(why && { why }), names: [...alike, ...imageNames()] });
}
