import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { isatty } from 'node:tty';
import { whyNoSubordinateIds } from '../../doctor/ids/subordinate-ids.js';
import { ownIds } from '../../kernel/credentials/own-ids.js';
import { isPrivileged } from '../../kernel/credentials/privilege.js';
import { nodePath } from '../../kernel/files/file-names.js';
import { stateDirectory } from '../../state/directories.js';

/** Where an ordinary user has no ids but the own one: what gives more, told once to people, and kept out of files. */
export function noticeOfOneUser(): string | undefined {
  if (isPrivileged() || ownIds().uids.length > 1 || !isatty(2) || !isFirstTime()) return undefined;
  return `containers of yours have one user, who is root inside and you outside. ${wayToMore()}`;
}

/** What is missing, and the command that gives it. */
export function wayToMore(): string {
  const { message = '', remedy = '' } = whyNoSubordinateIds(false) ?? {};
  return `${message} For more: ${remedy}`;
}

/** The mark lasts as long as the state. Who cannot write it has other things to be told. */
function isFirstTime(): boolean {
  try {
    closeSync(openSync(nodePath(join(stateDirectory(), '.told-of-one-user')), 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
