import { LOG_DRIVERS, type LogConfig, type LogLimit } from '../../container/logs/config.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { parseSize } from './size.js';

/** What is kept of what a container prints, as given. */
export interface LogFlags {
  readonly logDriver?: string;
  readonly logOpt?: readonly string[];
}

type Options = LogConfig['options'];

/** Docker's for all drivers, those of its json-file and local, and how it refuses others (moby, daemon/logger). */
const COMMON = ['mode', 'max-buffer-size', 'max-size', 'max-file', 'compress'];
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'json-file': [...COMMON, 'labels', 'labels-regex', 'env', 'env-regex'],
  local: COMMON,
};

/** Docker's `local` has a limit by itself. */
const LOCAL: LogLimit = { maxSize: 20e6, maxFile: 5 };

/** Undefined where nothing is asked for. Throws UserError (2), mostly in Docker's words. */
export function parseLog({ logDriver, logOpt = [] }: LogFlags): LogConfig | undefined {
  if (logDriver === undefined && logOpt.length === 0) return undefined;
  const driver = checkDriver(logDriver || 'json-file');
  const options = Object.fromEntries(logOpt.map(keyAndValue));
  if (driver === 'none' && logOpt.length > 0) throw refused('invalid logging opts for driver none');
  if (driver === 'none') return { driver, options };
  for (const key of Object.keys(options)) if (!KNOWN[driver]?.includes(key)) throw unknown(driver, key);
  checkMode(options);
  for (const key of ['labels-regex', 'env-regex']) checkPattern(options[key] ?? '');
  const limit = parseLimit(options, driver === 'local' ? LOCAL : undefined);
  return { driver, options, ...(limit && { limit }) };
}

function checkDriver(name: string): LogConfig['driver'] {
  const driver = LOG_DRIVERS.find((one) => one === name);
  if (driver) return driver;
  const remedy = 'Here are json-file and local, which keep the same files, and none.';
  throw new UserError(`logger: no log driver named '${name}' is registered`, 2, remedy);
}

function keyAndValue(option: string): [key: string, value: string] {
  const at = option.indexOf('=');
  return at === -1 ? [option, ''] : [option.slice(0, at), option.slice(at + 1)];
}

function unknown(driver: string, key: string): UserError {
  const where = driver === 'local' ? 'log driver local' : 'json-file log driver';
  return refused(`unknown log opt '${key}' for ${where}`, `There are ${KNOWN[driver]?.join(', ')}.`);
}

/** No program waits for a log here, since it writes into that itself: both modes are the same. */
function checkMode({ mode = '', 'max-buffer-size': buffer, compress = 'false' }: Options): void {
  if (!['', 'blocking', 'non-blocking'].includes(mode)) throw refused(`logger: logging mode not supported: ${mode}`);
  if (buffer !== undefined && mode !== 'non-blocking')
    throw refused("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
  if (buffer !== undefined) parseSize('--log-opt max-buffer-size', buffer);
  if (compress !== 'false') throw refused('log opt compress: nothing is compressed here', 'Leave it out.');
}

function checkPattern(text: string): void {
  try {
    new RegExp(text);
  } catch (error) {
    throw refused((error as Error).message);
  }
}

function parseLimit(options: Options, usual: LogLimit | undefined): LogLimit | undefined {
  const { 'max-size': size, 'max-file': files } = options;
  const maxFile = files === undefined ? (usual?.maxFile ?? 1) : parseCount(files);
  const maxSize = size === undefined ? usual?.maxSize : parseDecimal(size);
  return maxSize === undefined ? undefined : { maxSize, maxFile };
}

function parseCount(value: string): number {
  const count = Number(value);
  if (!/^[+-]?\d+$/.test(value))
    throw refused(`strconv.Atoi: parsing "${value}": invalid syntax`, 'max-file is a number.');
  if (count < 1) throw refused('max-file cannot be less than 1');
  return count;
}

const THOUSANDS = 'kmgtp';

/** A `10m` of a log is 10,000,000 bytes, unlike that of `--memory` (go-units, FromHumanSize()). */
function parseDecimal(value: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(value) ?? [];
  if (number === undefined)
    throw refused(`invalid size: '${value}'`, 'max-size is one such as 10m: a number and k, m or g.');
  const bytes = Math.floor(Number(number) * 1000 ** (unit ? THOUSANDS.indexOf(unit.toLowerCase()) + 1 : 0));
  if (bytes < 1) throw refused('max-size must be a positive number');
  return bytes;
}

function refused(message: string, remedy?: string): UserError {
  return new UserError(message, 2, remedy);
}
