/** What instructions change of an image's settings. Words are those of the Dockerfile with their variables put in. */
import { constants } from 'node:os';
import { UserError } from '../../../kernel/errors/user-error.js';
import { signalNumber } from '../../../kernel/signal-names.js';
import { parseDuration } from '../../../oci/duration.js';
import { nearest } from '../../../state/nearest.js';
import type { ImageHealthcheck, ImageSettings } from '../../manifest.js';
import type { CommandForm } from '../dockerfile/instructions.js';

export const DEFAULT_SHELL = ['/bin/sh', '-c'];

/** The words that run a command: a line is given to the shell as it is. */
export function commandWords(command: CommandForm, { Shell = DEFAULT_SHELL }: ImageSettings): readonly string[] {
  return 'exec' in command ? command.exec : [...Shell, command.shell];
}

/** A new variable goes behind the others, and an old one stays where it is. */
export function withVariables(settings: ImageSettings, pairs: readonly (readonly [string, string])[]): ImageSettings {
  const env = new Map((settings.Env ?? []).map(splitVariable));
  for (const [name, value] of pairs) env.set(name, value);
  return { ...settings, Env: [...env].map(([name, value]) => `${name}=${value}`) };
}

export function variablesOf({ Env = [] }: ImageSettings): Map<string, string> {
  return new Map(Env.map(splitVariable));
}

function splitVariable(variable: string): readonly [string, string] {
  const [name = ''] = variable.split('=', 1);
  return [name, variable.slice(name.length + 1)];
}

/** A command of the image below was meant for its own program: a new ENTRYPOINT takes it away, but not one of the same Dockerfile. */
export function withEntrypoint(settings: ImageSettings, words: readonly string[], hasCmd: boolean): ImageSettings {
  return { ...settings, Cmd: hasCmd ? settings.Cmd : undefined, Entrypoint: words };
}

/** `80`, `80/udp`, `8000-8002`. Throws Error. */
export function withPorts(settings: ImageSettings, words: readonly string[]): ImageSettings {
  const added = words.flatMap(portsOf).map((port) => [port, {}]);
  return { ...settings, ExposedPorts: { ...settings.ExposedPorts, ...Object.fromEntries(added) } };
}

function portsOf(word: string): string[] {
  const [, first = '', last = first, protocol = 'tcp'] = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(word) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || to > 65_535 || to < from)
    throw new UserError(`invalid containerPort: ${word}: such as 80, 53/udp or 8000-8002, from 1 to 65535`, 1);
  return Array.from({ length: to - from + 1 }, (_, i) => `${from + i}/${protocol.toLowerCase()}`);
}

export function withVolumes(settings: ImageSettings, paths: readonly string[]): ImageSettings {
  const added = paths.map((path) => [path, {}]);
  return { ...settings, Volumes: { ...settings.Volumes, ...Object.fromEntries(added) } };
}

/** A signal as it is written: `SIGTERM`, `term`, `15`, `SIGRTMIN+3`. Throws UserError (1). */
export function withStopSignal(settings: ImageSettings, signal: string): ImageSettings {
  if (signalNumber(signal) !== undefined) return { ...settings, StopSignal: signal };
  const like = nearest(`SIG${signal.toUpperCase().replace(/^SIG/, '')}`, Object.keys(constants.signals));
  const remedy = like ? `Did you mean ${like}?` : 'A name such as SIGTERM or SIGRTMIN+3, or a number from 1 to 64.';
  throw new UserError(`invalid signal: ${signal}`, 1, remedy);
}

export function withLabels(settings: ImageSettings, labels: Iterable<readonly [string, string]>): ImageSettings {
  return { ...settings, Labels: { ...settings.Labels, ...Object.fromEntries(labels) } };
}

const TIMES = {
  interval: 'Interval',
  timeout: 'Timeout',
  'start-period': 'StartPeriod',
  'start-interval': 'StartInterval',
};

/** Throws Error for a time that is none. */
export function healthcheck(command: CommandForm | undefined, times: ReadonlyMap<string, string>): ImageHealthcheck {
  if (!command) return { Test: ['NONE'] };
  const test = 'exec' in command ? ['CMD', ...command.exec] : ['CMD-SHELL', command.shell];
  const given = Object.entries(TIMES).flatMap(([flag, name]) => {
    const value = times.get(flag);
    return value === undefined ? [] : [[name, nanoseconds(`--${flag}`, value)] as const];
  });
  const retries = times.get('retries');
  if (retries !== undefined && !/^\d{1,6}$/.test(retries)) throw new UserError(`--retries: ${retries} is no number`, 1);
  return { Test: test, ...Object.fromEntries(given), ...(retries ? { Retries: Number(retries) } : {}) };
}

function nanoseconds(option: string, value: string): number {
  try {
    return parseDuration(value);
  } catch (error) {
    throw new UserError(`${option}: ${(error as Error).message}`, 1, 'Such as 30s or 1m30s.');
  }
}
