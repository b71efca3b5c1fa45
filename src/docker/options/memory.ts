import type { Resources } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { invalid, wholeNumber } from './refuse.js';
import { parseSize } from './size.js';

/** The options of `run` about memory, as given. */
export interface MemoryFlags {
  readonly memory?: string;
  readonly memorySwap?: string;
  readonly memoryReservation?: string;
  readonly memorySwappiness?: string;
  readonly oomKillDisable?: boolean;
}

/** moby, daemon_unix.go (linuxMinMemory): a program needs some megabytes to start at all. */
const LEAST = 6 * 2 ** 20;

/** Throws UserError (2), in Docker's words where two of them do not fit (moby, verifyPlatformContainerResources()). */
export function parseMemory(flags: MemoryFlags): Resources {
  const limits = withoutZeros({
    memory: sizeOf('-m, --memory', flags.memory),
    memorySwap: flags.memorySwap === '-1' ? -1 : sizeOf('--memory-swap', flags.memorySwap, 0),
    memoryReservation: sizeOf('--memory-reservation', flags.memoryReservation),
  });
  checkTogether(limits);
  const swappiness = flags.memorySwappiness === undefined ? undefined : swappinessOf(flags.memorySwappiness);
  return {
    ...limits,
    ...(swappiness !== undefined && { memorySwappiness: swappiness }),
    ...(flags.oomKillDisable && { oomKillDisable: true }),
  };
}

/** Docker's 0 is "not said". */
function sizeOf(option: string, value = '0', least = LEAST): number {
  const bytes = parseSize(option, value);
  if (bytes > 0 && bytes < least) throw invalid(option, value, 'the least memory limit is 6m (6 MiB)');
  return bytes;
}

function withoutZeros(limits: Resources): Resources {
  return Object.fromEntries(Object.entries(limits).filter(([, bytes]) => bytes !== 0));
}

function checkTogether({ memory, memorySwap = -1, memoryReservation = 0 }: Resources): void {
  if (memorySwap !== -1 && memory === undefined)
    throw refuse('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (memory === undefined) return;
  if (memorySwap !== -1 && memorySwap < memory)
    throw refuse('Minimum memoryswap limit should be larger than memory limit, see usage');
  if (memory < memoryReservation)
    throw refuse('Minimum memory limit can not be less than memory reservation limit, see usage');
}

function refuse(message: string): UserError {
  const remedy =
    '--memory is the limit, --memory-swap that of memory and swap together, --memory-reservation at most the limit.';
  return new UserError(message, 2, remedy);
}

/** -1 is Docker's default: the machine's. */
function swappinessOf(value: string): number | undefined {
  const percent = wholeNumber('--memory-swappiness', value, -1);
  if (percent <= 100) return percent === -1 ? undefined : percent;
  throw new UserError(`Invalid value: ${percent}, valid memory swappiness range is 0-100`, 2);
}
