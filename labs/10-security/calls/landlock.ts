import { close } from '../../../src/kernel/calls/index.js';
import * as landlock from '../../../src/kernel/calls/landlock.js';
import { AT_FDCWD } from '../../../src/kernel/constants.js';
import { FIRST_FREE, SECOND_FREE, type Syscall } from '../../../src/kernel/syscall.js';
import { openDirectory } from './go-to.js';

/** The devices of a container, /dev/null and terminals among them, are files to be written to. */
const ALWAYS = ['/dev'];

// #region landlock
/**
 * Files can be written, made and removed below these directories and below /dev, and nowhere else, by whomever: the kernel asks the rules of
 * the process beside permissions and mounts (landlock(7)). It is called when nothing has to be mounted any more, which is refused from then on, and
 * while CAP_SYS_ADMIN is there, or no_new_privs. A file that is open already is not asked about.
 */
export function writeOnlyBelow(directories: readonly string[], version: number): Syscall[] {
  const rights = rightsOf(version);
  const [ruleset, directory] = [FIRST_FREE, SECOND_FREE]; // a struct can hold no result of another call
  const rules = [...ALWAYS, ...directories].flatMap((path) => [
    openDirectory(AT_FDCWD, path),
    landlock.landlockAllowBelow(ruleset, directory, rights),
    close(directory),
  ]);
  return [landlock.landlockCreateRuleset(rights), ...rules, landlock.landlockRestrictSelf(ruleset), close(ruleset)];
}
// #endregion

/** All that changes what a file, or a directory, has in it; what this version of Landlock does not know cannot be asked for (EINVAL). */
function rightsOf(version: number): number {
  const { WRITE_FILE, REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK, MAKE_FIFO } = landlock;
  const removes = WRITE_FILE | REMOVE_DIR | REMOVE_FILE;
  const makes = MAKE_CHAR | MAKE_DIR | MAKE_REG | MAKE_SOCK | MAKE_FIFO | landlock.MAKE_BLOCK | landlock.MAKE_SYM;
  return removes | makes | (version >= 2 ? landlock.REFER : 0) | (version >= 3 ? landlock.TRUNCATE : 0);
}
