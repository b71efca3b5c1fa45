import type { DeviceRate, Resources } from '../../../container/record.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { parseSize } from '../size.js';

/** Options of `run` that limit disks, as given: `DEVICE:RATE`. */
export interface RateFlags {
  readonly deviceReadBps?: readonly string[];
  readonly deviceWriteBps?: readonly string[];
  readonly deviceReadIops?: readonly string[];
  readonly deviceWriteIops?: readonly string[];
}

/** Throws UserError (2), in the words of docker (opts/throttledevice.go). */
export function parseRates(flags: RateFlags): Resources {
  const { deviceReadBps, deviceWriteBps, deviceReadIops, deviceWriteIops } = flags;
  return {
    ...(deviceReadBps && { deviceReadBps: deviceReadBps.map(bytesOf('--device-read-bps')) }),
    ...(deviceWriteBps && { deviceWriteBps: deviceWriteBps.map(bytesOf('--device-write-bps')) }),
    ...(deviceReadIops && { deviceReadIops: deviceReadIops.map(operationsOf) }),
    ...(deviceWriteIops && { deviceWriteIops: deviceWriteIops.map(operationsOf) }),
  };
}

function bytesOf(option: string) {
  return (value: string): DeviceRate => {
    const [path, text] = split(value);
    if (!/^\d/.test(text))
      throw refuse(
        value,
        `${NUMBER}[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
      );
    return { path, rate: parseSize(option, text) };
  };
}

function operationsOf(value: string): DeviceRate {
  const [path, text] = split(value);
  const rate = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(rate)) return { path, rate };
  throw refuse(value, `${NUMBER}. Number must be a positive integer`);
}

const NUMBER = '<device-path>:<number>';

function split(value: string): [path: string, rate: string] {
  const [path = '', rate] = value.split(/:(.*)/s);
  if (path === '' || rate === undefined)
    throw new UserError(`bad format: ${value}`, 2, 'DEVICE:RATE, such as /dev/sda:1mb.');
  if (path.startsWith('/dev/')) return [path, rate];
  throw new UserError(`bad format for device path: ${value}`, 2, 'Devices are below /dev, such as /dev/sda:1mb.');
}

function refuse(value: string, format: string): UserError {
  return new UserError(`invalid rate for device: ${value}. The correct format is ${format}`, 2);
}
