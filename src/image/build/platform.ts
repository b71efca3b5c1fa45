import { UserError } from '../../kernel/errors/user-error.js';
import { isOwn, ownPlatform } from '../platform.js';
import { parsePlatform } from '../transfer/platform.js';

/** Programs of another platform do not run here. Nothing at all is this one: `$BUILDPLATFORM` may be empty. Throws UserError. */
export function refuseOtherPlatform(given: string): void {
  if (given === '') return;
  if (isOwn(parsePlatform(given))) return;
  const { os, architecture } = ownPlatform();
  throw new UserError(`--platform=${given}: this machine builds for ${os}/${architecture}`, 1, 'Leave --platform out.');
}
