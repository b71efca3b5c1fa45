import { accessSync, constants } from 'node:fs';
import { isInOwnNamespace } from '../../kernel/credentials/own-namespace.js';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { findProgram, programDirectories } from '../../kernel/files/program-path.js';

/**
 * Programs that connect a network namespace with the world without any right on the host: they have an end of a link of the kind tun in
 * it, and open an ordinary socket on the host for each connection that a packet begins. The first that is installed is taken.
 */
export const HELPERS = ['slirp4netns', 'pasta'] as const;

export interface Helper {
  readonly name: (typeof HELPERS)[number];
  readonly path: string;
}

/** Where links of the kind tun are made: tun.rst of the kernel's documentation. udev(7) lets every user do so, as a link is in a namespace of theirs. */
const TUN = '/dev/net/tun';

/** The program that connects containers of an ordinary user. Throws UserError (3) where none is installed, or none could work here. */
export function chooseHelper(): Helper {
  // slirp4netns takes such a root for one that may make its sandbox.
  if (isRoot()) throw new UserError(`${LACKING}: this root has no CAP_SYS_ADMIN`, 3, GET_RIGHTS);
  const [helper] = installedHelpers();
  if (!helper) throw new UserError(`${LACKING}: ${HELPERS.join(' and ')} are not installed`, 3, INSTALL);
  const errno = whyNoTun();
  if (errno === undefined) return helper;
  throw new UserError(`${LACKING}: ${helper.name} cannot open ${TUN} (${errno})`, 3, remedyForTun(errno));
}

/** Whether one could work here. */
export function hasHelper(): boolean {
  return !isRoot() && installedHelpers().length > 0 && whyNoTun() === undefined;
}

function isRoot(): boolean {
  return process.geteuid?.() === 0 && !isInOwnNamespace();
}

const LACKING = 'without root there is no network but none and host';

const GET_RIGHTS = 'Run tslab as an ordinary user, or with all capabilities (docker run --privileged).';

const INSTALL = 'sudo apt-get install slirp4netns   (or passt, for pasta)';

/** Those that are installed, the first choice first. */
export function installedHelpers(): Helper[] {
  const directories = programDirectories();
  return HELPERS.flatMap((name) => {
    const path = findProgram(name, directories);
    return path === undefined ? [] : [{ name, path }];
  });
}

/** The errno with which this user is refused links of the kind tun; undefined where there is nothing in the way. */
export function whyNoTun(): string | undefined {
  try {
    accessSync(TUN, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return errorCode(error);
  }
}

function remedyForTun(errno: string): string {
  if (errno === 'ENOENT') return 'sudo modprobe tun   (in a container of Docker: --device /dev/net/tun)';
  return `sudo chmod 666 ${TUN}   (as udev has it)`;
}
