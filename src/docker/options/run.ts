import type { ContainerConfig, ProcessConfig } from '../../container/record.js';
import { parseSignal } from '../../container/signal.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { type Environment, parseEnvironment } from './environment.js';
import type { MountRequest } from './mount-request.js';
import { type MountFlags, parseMounts } from './mounts.js';
import { checkContainerName, checkHostname } from './names.js';
import { invalid } from './refuse.js';
import { type LimitFlags, parseResources } from './resources.js';
import { parseRestart } from './restart.js';

/** Options of a process, in `run` and `exec` alike, as given. */
export interface ProcessFlags {
  readonly interactive?: boolean;
  readonly tty?: boolean;
  readonly detach?: boolean;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
}

/** The options of `run`, as given. */
export interface RunFlags extends ProcessFlags, LimitFlags, MountFlags {
  readonly rm?: boolean;
  readonly name?: string;
  readonly hostname?: string;
  readonly readOnly?: boolean;
  readonly network?: string;
  readonly init?: boolean;
  readonly entrypoint?: string;
  readonly stopSignal?: string;
  readonly restart?: string;
  readonly rootfs?: string;
  readonly skip?: readonly string[];
}

/** The caller of tslab, as far as options depend on it. */
export interface Caller {
  readonly environment: Environment;
  /** Texts of the files that `--env-file` names. */
  readonly envFiles: readonly string[];
  readonly cwd: string;
  readonly cpuCount: number;
  /** What `--network host` shares. */
  readonly hostname: string;
}

/** A requested container: every value is of its type and valid by itself. */
export interface RunRequest
  extends Omit<ContainerConfig, 'id' | 'created' | 'layers' | 'name' | 'hostname' | 'mounts'> {
  readonly rootfs: string | undefined;
  readonly name: string | undefined;
  readonly hostname: string | undefined;
  readonly mounts: readonly MountRequest[];
}

/** The request of `run` with these options and words (image, command, arguments). Throws UserError (2). */
export function parseRun(flags: RunFlags, words: readonly string[], caller: Caller): RunRequest {
  const [image = '', ...command] = words;
  const restart = parseRestart(flags.restart ?? 'no');
  if (flags.rm && restart.name !== 'no') throw restartsAndGoes();
  const network = parseNetwork(flags.network ?? 'none');
  return {
    image,
    rootfs: flags.rootfs,
    name: flags.name === undefined ? undefined : checkContainerName(flags.name),
    hostname: parseHostname(flags.hostname, network, caller),
    process: parseProcess(flags, withEntrypoint(flags.entrypoint, command), caller),
    mounts: parseMounts(flags, caller.cwd),
    readOnly: flags.readOnly ?? false,
    network,
    resources: parseResources(flags, caller.cpuCount),
    init: flags.init ?? false,
    stopSignal: checkSignal(flags.stopSignal ?? 'SIGTERM'),
    restart,
    autoRemove: flags.rm ?? false,
    detached: flags.detach ?? false,
    skip: flags.skip ?? [],
  };
}

/** A process, from the options that `run` and `exec` share. Throws UserError (2). */
export function parseProcess(flags: ProcessFlags, args: readonly string[], caller: Caller): ProcessConfig {
  const cwd = flags.workdir ?? '/';
  if (!cwd.startsWith('/')) throw invalid('-w, --workdir', cwd, 'an absolute path');
  return {
    args,
    env: parseEnvironment(caller.envFiles, flags.env ?? [], caller.environment),
    cwd,
    user: flags.user ?? '',
    tty: flags.tty ?? false,
    interactive: flags.interactive ?? false,
  };
}

/** `sh` is the command of the local image; an entrypoint replaces it, as with Docker. */
function withEntrypoint(entrypoint: string | undefined, command: readonly string[]): readonly string[] {
  if (entrypoint === undefined) return command.length > 0 ? command : ['sh'];
  const args = entrypoint === '' ? command : [entrypoint, ...command];
  if (args.length > 0) return args;
  throw new UserError('no command specified', 2, 'An empty --entrypoint needs a command behind the image.');
}

function parseNetwork(value: string): RunRequest['network'] {
  if (value === 'none' || value === 'host') return value;
  throw invalid('--network', value, 'none (the default here) or host');
}

/** With the host's network a container has the host's name, as in Docker. */
function parseHostname(given: string | undefined, network: string, { hostname }: Caller): string | undefined {
  if (given !== undefined) return checkHostname(given);
  return network === 'host' ? hostname : undefined;
}

function checkSignal(value: string): string {
  parseSignal(value);
  return value;
}

function restartsAndGoes(): UserError {
  return new UserError('Conflicting options: cannot specify both --restart and --rm', 2, 'Leave one of them out.');
}
