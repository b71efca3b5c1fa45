/** Words that may stand for what a command calls `<container>`, `<volume>`, `<file>`, … in its definition. */
import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { EXERCISES } from '../../../exercises/catalogue.js';
import { CATALOGUE } from '../../../labs/catalogue.js';
import { isPaused, isRunning } from '../../container/state.js';
import { containerIds, readOrSkip } from '../../container/store/store.js';
import { loadText } from '../../exercise/text.js';
import { imageNames } from '../../image/store/images.js';
import { keptNetworks } from '../../network/store.js';
import { NAMESPACE_TYPES } from '../../procfs/namespace-relations.js';
import { here } from '../../state/directories.js';
import { LANGUAGES } from '../../terminal/language.js';
import { listVolumes } from '../../volume/volumes.js';
import { SCRIPTS } from './scripts.js';

export interface Candidate {
  readonly word: string;
  readonly about?: string;
}

/** Names of files are the shell's own. */
export type Files = ':files' | ':directories';

/** Where a word stands. */
export interface Place {
  readonly command: Command;
  /** The names of the commands below the first: `01-pid-namespace`. */
  readonly path: readonly string[];
  readonly operands: readonly string[];
  /** It is the value of this option. */
  readonly option: Option | undefined;
  /** It is behind `--`, or a word of the program in a container. */
  readonly isPassed: boolean;
}

type Found = readonly (Candidate | Files)[];

export function isFiles(one: Candidate | Files): one is Files {
  return typeof one === 'string';
}

/** What may stand in a place that is called so; nothing for what is anyone's choice. */
export async function valuesOf(name: string, place: Place): Promise<Found> {
  const kind = name.replace(/\.\.\.$/, '');
  return Object.hasOwn(VALUES, kind) ? ((await VALUES[kind]?.(place)) ?? []) : [];
}

const VALUES: Readonly<Record<string, (place: Place) => Found | Promise<Found>>> = {
  container: containers,
  source: (place) => [...containers(place).map(asPath), ':files'],
  destination: (place) => [...containers(place).map(asPath), ':files'],
  volume: (place) => (place.option ? [':files'] : volumes()),
  lab: () => CATALOGUE.map(({ id, title }) => ({ word: id, about: title })),
  lesson: () => CATALOGUE.map(({ id, title }) => ({ word: id, about: title })),
  exercise: () => EXERCISES.map(({ id }) => ({ word: id, about: loadText(id, 'en').title })),
  step: steps,
  image: images,
  'image dir': () => [...images(), ':directories'],
  file: () => [':files'],
  dir: () => [':directories'],
  spec: () => [':files'],
  kind: () => words(...NAMESPACE_TYPES),
  network: networks,
  when: () => words('always', 'missing', 'never'),
  policy: () => words('no', 'always', 'unless-stopped', 'on-failure'),
  signal: () => words(...Object.keys(constants.signals)),
  format: () => words('json', 'table'),
  language: () => words(...LANGUAGES),
  shell: () => words(...Object.keys(SCRIPTS)),
};

/** The names that mean something to it. */
export const KINDS: readonly string[] = Object.keys(VALUES);

function words(...all: readonly string[]): Candidate[] {
  return all.map((word) => ({ word }));
}

function asPath({ word, about = '' }: Candidate): Candidate {
  return { word: `${word}:`, about };
}

/** Each once, and only those with which the command can do something. */
function containers({ command, operands }: Place): Candidate[] {
  if (!isThere('containers')) return [];
  const fits = STATES[command.name().split(' ').at(-1) ?? ''] ?? (() => true);
  const all = containerIds().flatMap((id) => readOrSkip(id) ?? []);
  const fitting = all.filter(({ config, state }) => fits(state) && !operands.includes(config.name));
  return fitting.map(({ config, state }) => ({ word: config.name, about: `${config.image}, ${state.status}` }));
}

const STATES: Readonly<Record<string, typeof isRunning>> = {
  ...Object.fromEntries(
    ['attach', 'enter', 'exec', 'kill', 'ns', 'pause', 'stats', 'stop', 'top'].map((name) => [name, isRunning]),
  ),
  start: (state) => !isRunning(state),
  unpause: isPaused,
};

function images(): Candidate[] {
  const stored = isThere('images') ? imageNames() : [];
  return words('busybox', ...stored);
}

function volumes(): Candidate[] {
  return isThere('volumes') ? listVolumes().map(({ name }) => ({ word: name })) : [];
}

/** Of a container also those that are none; what is removed, inspected or joined are those that are kept. */
function networks({ option }: Place): Candidate[] {
  const kept = isThere('networks') ? keptNetworks().map(({ name }) => ({ word: name })) : [];
  return option ? [...words('none', 'host'), ...kept] : kept;
}

/** Nothing is made by a Tab. */
function isThere(name: string): boolean {
  try {
    return readdirSync(join(here().state, name)).length > 0;
  } catch {
    return false;
  }
}

/** Of the lab that is named: `--skip` takes those that it can leave out. */
async function steps({ path, operands, option }: Place): Promise<Candidate[]> {
  const lab = CATALOGUE.find(({ id }) => [...path, ...operands].includes(id));
  if (!lab) return [];
  const { steps, skippable } = await lab.load();
  return words(...(option?.long === '--skip' ? skippable : steps));
}
