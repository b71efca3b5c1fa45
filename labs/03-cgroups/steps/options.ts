import { UserError } from '../../../src/kernel/errors/user-error.js';
import type { Flags } from '../../../src/lab/request.js';
import { readMeminfo } from '../../../src/procfs/memory.js';

/** The figures of the lab. */
export interface Options {
  /** The quota, as a number of CPUs: 0.2 is a fifth of one. */
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  /** Most processes. */
  readonly pids: number;
  /** Length of a measurement. */
  readonly seconds: number;
}

/** What of the machine decides which figures are possible. */
export interface Machine {
  /** Bytes that programs could take without swapping. */
  readonly available: number;
}

/** The same as in labs/catalogue.ts, which a test compares. */
export const DEFAULTS = { quota: '20%', memory: '32m', pids: '16', seconds: '2' } as const;

export function readMachine(): Machine {
  return { available: readMeminfo().get('MemAvailable') ?? Number.POSITIVE_INFINITY };
}

/** Throws a UserError (2) that says what was given and what is allowed. */
export function parseOptions(flags: Flags, machine: Machine): Options {
  return {
    cpus: parseQuota(flags.quota ?? DEFAULTS.quota),
    memory: parseMemory(flags.memory ?? DEFAULTS.memory, machine),
    pids: parsePids(flags.pids ?? DEFAULTS.pids),
    seconds: parseSeconds(flags.seconds ?? DEFAULTS.seconds),
  };
}

/** Per cent of one CPU, with or without the sign: `20%` and `20` are 0.2 CPUs. */
function parseQuota(text: string): number {
  const percent = numberOf(/^(\d+(?:\.\d+)?) ?%?$/.exec(text)?.[1]);
  if (percent >= 1 && percent <= 10_000) return percent / 100;
  throw impossible('quota', text, {
    why: quotaTrouble(text, percent),
    allowed: 'from 1% to 10000% of one CPU, such as 20%; 150% is one CPU and a half',
  });
}

function quotaTrouble(text: string, percent: number): string {
  if (percent === 0) return 'with no CPU time at all nothing could run';
  if (percent > 10_000) return 'that is more than 100 CPUs';
  if (Number.isNaN(percent)) return 'that is not a percentage';
  if (text.endsWith('%')) return 'the kernel gives at least 1 ms in each period of 100 ms';
  return `that is read as ${percent} per cent; for docker's --cpus ${text} write ${percent * 100}%`;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Docker refuses less, too. */
const LEAST_MEMORY = '6m';
const MOST_MEMORY = '1g';
const TOO_SMALL = 'too small to start anything: a shell with its libraries takes a MiB or two before it does any work';

/** A number and a unit as docker has them: `b`, `k`, `m` or `g`, each 1,024 times the one before. */
function parseMemory(text: string, { available }: Machine): number {
  const bytes = bytesIn(text);
  const [least, most] = [bytesIn(LEAST_MEMORY), bytesIn(MOST_MEMORY)];
  const allowed = `from ${LEAST_MEMORY} to ${MOST_MEMORY}, such as 32m`;
  if (Number.isNaN(bytes)) throw impossible('memory', text, { why: 'that is not a size', allowed });
  if (bytes < least) throw impossible('memory', text, { why: TOO_SMALL, allowed });
  if (bytes > most)
    throw impossible('memory', text, { why: 'the lab takes twice as much to show what the limit is for', allowed });
  // The lab shows what happens without the limit, by taking twice as much.
  if (3 * bytes <= available) return bytes;
  const why = `the lab takes twice as much to show what the limit is for, and ${Math.floor(available / 2 ** 20)} MiB are free`;
  throw impossible('memory', text, { why, allowed: `from ${LEAST_MEMORY} to a third of what is free` });
}

function bytesIn(text: string): number {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([bkmg]?)(?:i?b)?$/i.exec(text) ?? [];
  return Math.floor(numberOf(number) * (UNITS[unit.toLowerCase()] ?? Number.NaN));
}

function parsePids(text: string): number {
  const number = numberOf(/^\d+$/.exec(text)?.[0]);
  if (number >= 2 && number <= 500) return number;
  const tooMany = number > 500 ? 'without the limit the lab would start twice as many' : 'that is not a whole number';
  const why = number < 2 ? 'the shell is one process, and what it starts is another' : tooMany;
  throw impossible('pids', text, { why, allowed: 'a whole number from 2 to 500' });
}

function parseSeconds(text: string): number {
  const number = numberOf(/^\d+(?:\.\d+)?$/.exec(text)?.[0]);
  if (number >= 0.5 && number <= 60) return number;
  const tooLong = number > 60 ? 'the lab has several measurements of that length' : 'that is not a number of seconds';
  const why = number < 0.5 ? 'a quota is for 0.1 s at a time, and a few of them have to pass' : tooLong;
  throw impossible('seconds', text, { why, allowed: 'from 0.5 to 60' });
}

function numberOf(text: string | undefined): number {
  return text === undefined ? Number.NaN : Number(text);
}

function impossible(option: string, text: string, told: { why: string; allowed: string }): UserError {
  return new UserError(
    `--${option} ${JSON.stringify(text)} is not possible: ${told.why}.`,
    2,
    `Allowed: ${told.allowed}.`,
  );
}
