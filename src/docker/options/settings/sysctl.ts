import { namespaceOf } from '../../../../labs/10-security/calls/sysctl.js';
import { UserError } from '../../../kernel/errors/user-error.js';

/** Namespaces that a container may share with the host. */
interface Modes {
  readonly network: string;
  readonly ipc?: string | undefined;
}

/** Settings of `--sysctl NAME=VALUE`; of two with one name the later counts. Throws UserError (2) where one is not the container's own. */
export function parseSysctls(words: readonly string[], modes: Modes): Readonly<Record<string, string>> {
  return Object.fromEntries(words.map((word) => parseSysctl(word, modes)));
}

/** The words of docker (opts.ValidateSysctl()) and of runc (validate.sysctl()). */
function parseSysctl(word: string, { network, ipc }: Modes): [string, string] {
  const [name = '', value] = word.split(/=(.*)/s);
  const type = namespaceOf(name);
  if (value === undefined || type === undefined) throw notNamespaced(word);
  if (type === 'network' && network === 'host') throw ofTheHost(name, 'network', '--network host');
  if (type === 'ipc' && ipc === 'host') throw ofTheHost(name, 'IPC', '--ipc host');
  return [name, value];
}

function notNamespaced(word: string): UserError {
  const remedy =
    'NAME=VALUE. Only what a container has for itself can be set: net.*, fs.mqueue.*, kernel.msgmax, msgmnb, msgmni, sem, shmall, shmmax, shmmni, shm_rmid_forced. All others are the whole machine’s.';
  return new UserError(`sysctl '${word}' is not allowed`, 2, remedy);
}

function ofTheHost(name: string, namespace: string, option: string): UserError {
  const message = `sysctl '${name}' is not allowed in the host's ${namespace} namespace`;
  return new UserError(message, 2, `Leave ${option} out, or set it on the host: sysctl -w ${name}=…`);
}
