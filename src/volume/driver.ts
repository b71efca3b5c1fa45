/** The options of a volume's driver, `local`: what Docker mounts for a container that uses the volume (moby, volume/local/local_unix.go). */
import { UserError } from '../kernel/errors/user-error.js';

/** By key: `type`, `device`, `o`. */
export type DriverOptions = Readonly<Record<string, string>>;

/** What mount(8) would be told. */
export interface DriverMount {
  /** `bind` for a directory of the host. */
  readonly filesystem: string;
  readonly device: string;
  readonly options: readonly string[];
}

/** What a volume with these options mounts; undefined where it is a directory of tslab's. */
export function driverMount({ type = '', device = '', o = '' }: DriverOptions): DriverMount | undefined {
  if (type === '' && device === '') return undefined;
  const options = o.split(',').filter(Boolean);
  return { filesystem: options.some((word) => BINDS.has(word)) ? 'bind' : type, device, options };
}

/** Throws UserError (2), where it can in Docker's words, for another driver and for options that cannot be. */
export function checkDriver(name: string, driver: string, options: DriverOptions): void {
  if (driver !== 'local') {
    const message = `create ${name}: error looking up volume plugin ${driver}: plugin "${driver}" not found`;
    throw new UserError(message, 2, 'There is one driver here: local.');
  }
  for (const key of Object.keys(options)) checkKey(key, options);
  const mounted = driverMount(options);
  if (mounted) checkWords(mounted);
}

const REQUIRED: Partial<Record<string, readonly string[]>> = {
  type: ['device'],
  device: ['type'],
  o: ['device', 'type'],
};

const EXAMPLE = 'Each has a -o of its own (with --mount a volume-opt=): -o type=tmpfs -o device=tmpfs -o o=size=64m.';

function checkKey(key: string, options: DriverOptions): void {
  if (key === 'size') throw new UserError('quota size requested but no quota support', 2, EXAMPLE);
  if (!Object.hasOwn(REQUIRED, key)) {
    throw new UserError(`invalid option: ${JSON.stringify(key)}`, 2, `Allowed: type, device, o. ${EXAMPLE}`);
  }
  const missing = REQUIRED[key]?.find((other) => !options[other]);
  if (missing) throw new UserError(`missing required option: ${JSON.stringify(missing)}`, 2, EXAMPLE);
}

const BINDS: ReadonlySet<string> = new Set(['bind', 'rbind']);

/** What can be said of a bind mount beside where it comes from. */
const OF_BINDS: ReadonlySet<string> = new Set([...BINDS, 'defaults', 'rw', 'ro', 'nosuid', 'nodev', 'noexec']);

/** They change a mount that is there, or say whom it hears: `-v VOLUME:DST` and the kernel's default for volumes decide that. */
const OF_OTHER_CALLS = /^(remount|r?(private|shared|slave|unbindable))$/;

function checkWords({ filesystem, device, options }: DriverMount): void {
  const isBind = filesystem === 'bind';
  const wrong = options.find((word) => OF_OTHER_CALLS.test(word) || (isBind && !OF_BINDS.has(word)));
  if (wrong !== undefined) {
    const remedy = `Allowed with bind: ${[...OF_BINDS].join(', ')}; else what the filesystem takes.`;
    throw new UserError(`invalid mount option ${JSON.stringify(wrong)} in "o=${options.join(',')}"`, 2, remedy);
  }
  if (!isBind || device.startsWith('/')) return;
  throw new UserError(`invalid device ${JSON.stringify(device)}: of a bind mount it is an absolute path`, 2, EXAMPLE);
}
