import type { ContainerConfig, MountConfig, ProcessConfig } from '../../container/record.js';
import { parseSignal } from '../../container/signal.js';
import type { WantedRange } from '../../container/users/id-ranges.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { parseAttach } from '../attach.js';
import { type NamespaceFlags, parseNamespaces } from '../namespaces/modes.js';
import { parseUserns } from '../namespaces/userns.js';
import { type DeviceFlags, parseDevices } from './devices/device.js';
import { parseRates, type RateFlags } from './devices/rates.js';
import { type Environment, parseEnvironment } from './environment.js';
import { type HealthFlags, parseHealth } from './health.js';
import { checkImage, type ImageFlags } from './image.js';
import { parseLabels } from './labels.js';
import { type LogFlags, parseLog } from './log.js';
import type { MountRequest } from './mount-request.js';
import { type MountFlags, parseMounts } from './mounts.js';
import { checkContainerName, checkHostname } from './names.js';
import { type NameFlags, parseDns, parseExtraHost } from './network/dns.js';
import { isContainerMode, type NetworkFlags, parseNetworks, refuseOthers } from './network/network.js';
import { type PortFlags, parsePorts } from './network/ports.js';
import { invalid, parseSeconds, wholeNumber } from './refuse.js';
import { type LimitFlags, parseResources } from './resources.js';
import { parseRestart } from './restart.js';
import { parseSecurity, type SecurityFlags } from './security/security.js';
import { parseSysctls } from './settings/sysctl.js';
import { parseUlimits } from './settings/ulimit.js';
import { parseSize } from './size.js';

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
export interface RunFlags
  extends ProcessFlags,
    LimitFlags,
    MountFlags,
    LogFlags,
    HealthFlags,
    ImageFlags,
    NameFlags,
    NamespaceFlags,
    NetworkFlags,
    PortFlags,
    DeviceFlags,
    RateFlags,
    SecurityFlags {
  readonly rm?: boolean;
  readonly attach?: readonly string[];
  readonly cidfile?: string;
  readonly name?: string;
  readonly label?: readonly string[];
  readonly labelFile?: readonly string[];
  readonly readOnly?: boolean;
  readonly init?: boolean;
  readonly shmSize?: string;
  readonly oomScoreAdj?: string;
  readonly volumesFrom?: readonly string[];
  readonly groupAdd?: readonly string[];
  readonly ulimit?: readonly string[];
  readonly sysctl?: readonly string[];
  readonly entrypoint?: string;
  readonly stopSignal?: string;
  readonly stopTimeout?: string;
  readonly restart?: string;
  readonly rootfs?: string;
  readonly skip?: readonly string[];
}

/** The caller of tslab, as far as options depend on it. */
export interface Caller {
  readonly environment: Environment;
  /** Texts of the files that `--env-file` names. */
  readonly envFiles: readonly string[];
  /** The same of `--label-file`. */
  readonly labelFiles: readonly string[];
  readonly cwd: string;
  readonly cpuCount: number;
  /** The network of a container that names none. */
  readonly network: string;
  /** What `--network host` shares. */
  readonly hostname: string;
}

/** A requested container: every value is of its type and valid by itself. */
export interface RunRequest
  extends Omit<ContainerConfig, 'id' | 'created' | 'layers' | 'name' | 'hostname' | 'mounts' | 'userns'> {
  readonly userns?: WantedRange;
  readonly rootfs: string | undefined;
  /** Of an image of the store; undefined: of the one that is made here. */
  readonly layers?: readonly string[];
  /** Keeps these layers until the container has its record, which mentions them. */
  readonly hold?: Disposable | undefined;
  readonly name: string | undefined;
  readonly hostname: string | undefined;
  readonly mounts: readonly MountRequest[];
  /** Those of other containers. */
  readonly inherited?: readonly MountConfig[];
}

/** The request of `run` with these options and words (image, command, arguments). Throws UserError (2). */
export function parseRun(flags: RunFlags, words: readonly string[], caller: Caller): RunRequest {
  const [image = '', ...command] = words;
  checkImage(image, flags);
  const restart = parseRestart(flags.restart ?? 'no');
  if (flags.rm && restart.name !== 'no') throw restartsAndGoes();
  const healthcheck = parseHealth(flags);
  const log = parseLog(flags);
  const { network, endpoints } = parseNetworks(flags, caller.network);
  const dns = parseDns(flags);
  const userns = parseUserns({ ...flags, network });
  const namespaces = parseNamespaces(flags);
  const security = parseSecurity(flags);
  // 0 is Docker's word for the default.
  const shmSize = parseSize('--shm-size', flags.shmSize ?? '0');
  return {
    image,
    rootfs: flags.rootfs,
    labels: parseLabels(caller.labelFiles, flags.label ?? []),
    name: flags.name ? checkContainerName(flags.name) : undefined, // '' is docker's word for none
    hostname: parseHostname(flags, network, caller),
    process: parseProcess(flags, withEntrypoint(flags.entrypoint, command), caller),
    ...(flags.entrypoint && { entrypoint: true }),
    mounts: parseMounts(flags, caller.cwd),
    ...(flags.volumesFrom && { volumesFrom: flags.volumesFrom }),
    readOnly: flags.readOnly ?? false,
    network,
    ...(endpoints.length > 0 && { endpoints }),
    ...(dns && { dns }),
    ...(flags.addHost && { extraHosts: flags.addHost.map(parseExtraHost) }),
    ...parsePorts(flags, caller.environment),
    ...namespaces,
    ...(userns && { userns }),
    resources: { ...parseResources(flags, caller.cpuCount), ...parseRates(flags) },
    ...parseDevices(flags),
    ...(shmSize > 0 && { shmSize }),
    ...(flags.oomScoreAdj !== undefined && { oomScoreAdj: parseOomScore(flags.oomScoreAdj) }),
    ...(flags.ulimit && { ulimits: parseUlimits(flags.ulimit) }),
    ...(flags.sysctl && { sysctls: parseSysctls(flags.sysctl, { network, ...namespaces }) }),
    ...(flags.groupAdd && { groupAdd: flags.groupAdd }),
    ...(security && { security }),
    init: flags.init ?? false,
    stopSignal: checkSignal(flags.stopSignal ?? 'SIGTERM'),
    ...(flags.stopTimeout !== undefined && { stopTimeout: parseSeconds('--stop-timeout', flags.stopTimeout) }),
    restart,
    ...(healthcheck && { healthcheck }),
    ...(log && { log }),
    autoRemove: flags.rm ?? false,
    ...(flags.cidfile && { cidFile: flags.cidfile }),
    detached: flags.detach ?? false,
    ...(flags.attach && parseAttach(flags.attach, flags.detach)),
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

/** With the host's network a container has the host's name, as in Docker; what another container decides cannot be said, too. */
function parseHostname(flags: RunFlags, network: string, { hostname }: Caller): string | undefined {
  if (isContainerMode(network)) refuseOthers(flags);
  if (flags.hostname) return checkHostname(flags.hostname);
  return network === 'host' ? hostname : undefined;
}

/** Docker's words (moby, verifyPlatformContainerResources()). */
function parseOomScore(value: string): number {
  const score = wholeNumber('--oom-score-adj', value);
  if (Math.abs(score) <= 1000) return score;
  throw new UserError(`Invalid value ${score}, range for oom score adj is [-1000, 1000]`, 2);
}

function checkSignal(value: string): string {
  parseSignal(value);
  return value;
}

function restartsAndGoes(): UserError {
  return new UserError('Conflicting options: cannot specify both --restart and --rm', 2, 'Leave one of them out.');
}
