import { type ContainerConfig, IPC_MODES, type IpcMode, type OfContainer } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { checkHostname } from '../options/names.js';

/** The options of namespaces beside the network's, as given; an empty word is as none. */
export interface NamespaceFlags {
  readonly hostname?: string;
  readonly domainname?: string;
  readonly ipc?: string;
  readonly pid?: string;
  readonly uts?: string;
  readonly cgroupns?: string;
  readonly userns?: string;
}

type Modes = Pick<ContainerConfig, 'domainname' | 'ipc' | 'pid' | 'uts' | 'cgroupns'>;

const OTHERS = 'container:NAME';

/** What they ask for; a container is as it was given, by its name or id. Throws UserError (2), in the words of docker and its daemon. */
export function parseNamespaces(flags: NamespaceFlags): Modes {
  const { ipc, pid, uts, cgroupns, domainname } = flags;
  refuseNames(flags);
  return {
    ...(domainname && { domainname: checkHostname(domainname, 'domainname') }),
    ...(ipc && { ipc: parseIpc(ipc) }),
    ...(pid && { pid: parsePid(pid) }),
    ...(uts && { uts: parseWord(uts, ['host'], '--uts: invalid UTS mode') }),
    ...(cgroupns && { cgroupns: parseWord(cgroupns, ['host', 'private'], '--cgroupns: invalid CGROUP mode') }),
  };
}

function parseIpc(mode: string): IpcMode {
  if (isOneOf(IPC_MODES, mode) || isOfContainer(mode)) return mode;
  throw invalidMode(`invalid IPC mode: ${mode}`, `${IPC_MODES.join(', ')}, ${OTHERS}`);
}

function parsePid(mode: string): 'host' | OfContainer {
  if (mode === 'host' || isOfContainer(mode)) return mode;
  throw invalidMode('--pid: invalid PID mode', `host, ${OTHERS}`);
}

function parseWord<T extends string>(mode: string, words: readonly T[], message: string): T {
  if (isOneOf(words, mode)) return mode;
  throw invalidMode(message, words.join(', '));
}

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}

function isOfContainer(mode: string): mode is OfContainer {
  return /^container:./s.test(mode);
}

/** With the host's UTS namespace they would be names of the host. */
function refuseNames({ uts, hostname, domainname }: NamespaceFlags): void {
  if (uts !== 'host') return;
  const remedy = 'With --uts host it has the names of the host: leave one of the two out.';
  if (hostname) throw new UserError('conflicting options: hostname and the UTS mode', 2, remedy);
  if (domainname) throw new UserError('sysctl "kernel.domainname" is not in a separate kernel namespace', 2, remedy);
}

function invalidMode(message: string, allowed: string): UserError {
  return new UserError(message, 2, `Allowed: ${allowed}.`);
}
