import { UserError } from '../../kernel/errors/user-error.js';
import { nearest } from '../../state/nearest.js';
import { Contexts } from './contexts.js';
import { type Expansion, expandWord } from './dockerfile/expand.js';
import type { Instruction, Of } from './dockerfile/instructions.js';
import type { Dockerfile } from './dockerfile/parse.js';
import { DockerfileError, type Place } from './dockerfile/place.js';
import { fromOf } from './dockerfile/run-mounts.js';

/** What an image is built on: another stage, `scratch`, or an image by its name. */
export type Base = { readonly stage: number } | { readonly image: string } | 'scratch';

/** A FROM, and what follows it. */
export interface Stage {
  readonly index: number;
  readonly name: string | undefined;
  readonly from: Of<'FROM'>;
  readonly base: Base;
  readonly instructions: readonly Instruction[];
}

export interface Stages {
  /** Those that the last or the wanted one needs, and that one last; the others are left out, as with BuildKit. */
  readonly needed: readonly Stage[];
  /** Of all. */
  readonly names: readonly string[];
  /** Values of ARG above the first FROM: a stage has them where it declares the name again. */
  readonly globals: ReadonlyMap<string, string>;
}

/** `--build-arg` by their names, and what every build has. */
export type Arguments = ReadonlyMap<string, string>;

/** What is asked for of them. */
interface Wanted {
  readonly target?: string | undefined;
  readonly contexts?: Contexts;
}

/** Splits a Dockerfile into its stages. Throws DockerfileError; UserError (1) where there is no FROM, or no stage of the wanted name. */
export function stagesOf(
  { instructions, mark }: Dockerfile,
  given: Arguments,
  { target, contexts = new Contexts() }: Wanted = {},
): Stages {
  const start = instructions.findIndex(({ kind }) => kind === 'FROM');
  const above = instructions.slice(0, start < 0 ? undefined : start);
  const wrong = above.find(({ kind }) => kind !== 'ARG');
  if (wrong)
    throw new DockerfileError(
      wrong.at,
      `no build stage in current context: ${wrong.kind} before FROM`,
      'Only ARG stands above the first FROM.',
    );
  if (start < 0)
    throw new UserError('the Dockerfile has no FROM', 1, 'FROM busybox, or FROM scratch for an empty image.');
  const globals = globalsOf(above as Of<'ARG'>[], given, mark);
  const lookUp = (name: string) => globals.get(name) ?? given.get(name);
  const stages = split(instructions.slice(start), { lookUp, mark }, contexts);
  const names = stages.flatMap(({ name }) => name ?? []);
  return { needed: needed(stages, wanted(stages, target), contexts), names, globals };
}

function globalsOf(declared: readonly Of<'ARG'>[], given: Arguments, mark: string): Map<string, string> {
  const globals = new Map<string, string>();
  const lookUp = (name: string) => globals.get(name) ?? given.get(name);
  for (const { names, at } of declared) {
    for (const [name, value] of names) {
      const own = given.get(name) ?? (value === undefined ? undefined : expanded(value, { lookUp, mark }, at));
      if (own !== undefined) globals.set(name, own);
    }
  }
  return globals;
}

/** Puts variables into a word. Throws DockerfileError. */
export function expanded(word: string, expansion: Expansion, at: Place): string {
  try {
    return expandWord(word, expansion);
  } catch (error) {
    throw new DockerfileError(at, `failed to process ${JSON.stringify(word)}: ${(error as Error).message}`);
  }
}

function split(instructions: readonly Instruction[], expansion: Expansion, contexts: Contexts): Stage[] {
  const stages: Stage[] = [];
  const starts = instructions.flatMap(({ kind }, i) => (kind === 'FROM' ? [i] : []));
  for (const [index, start] of starts.entries()) {
    const from = instructions[start] as Of<'FROM'>;
    const base = baseOf(from, stages, { expansion, contexts });
    stages.push({
      index,
      name: from.alias,
      from,
      base,
      instructions: instructions.slice(start + 1, starts[index + 1]),
    });
  }
  return stages;
}

function baseOf(
  { image, at }: Of<'FROM'>,
  before: readonly Stage[],
  { expansion, contexts }: { expansion: Expansion; contexts: Contexts },
): Base {
  const name = expanded(image, expansion, at);
  if (name === '') {
    const remedy = 'An ARG above FROM gives it a value: ARG NAME=VALUE, or --build-arg NAME=VALUE.';
    throw new DockerfileError(at, `base name (${image}) should not be blank`, remedy);
  }
  const context = contexts.get(name);
  if (context && 'image' in context) return context;
  if (context) {
    const remedy = `FROM scratch and COPY --from=${name} / / make an image of its files; docker-image://IMAGE is an image.`;
    throw new DockerfileError(at, `FROM ${name}: the context of this name is a directory`, remedy);
  }
  if (name === 'scratch') return 'scratch';
  const stage = before.findLast((one) => one.name === name.toLowerCase());
  return stage ? { stage: stage.index } : { image: name };
}

/** The stage of a name or number; undefined for what is none: then it is an image. Throws DockerfileError for one that is not above. */
export function stageNamed(
  name: string,
  { stages, below, at }: { stages: readonly Stage[]; below: number; at: Place },
): Stage | undefined {
  const found = stages.findLast((one) => one.name === name.toLowerCase() || String(one.index) === name);
  if (found && found.index >= below)
    throw new DockerfileError(at, `the stage ${name} is not built yet where it is copied from`, 'Move it above.');
  if (!found && /^\d+$/.test(name))
    throw new DockerfileError(at, `invalid from flag value ${name}: there is no such stage`, `The first is 0.`);
  return found;
}

function wanted(stages: readonly Stage[], target: string | undefined): Stage {
  if (target === undefined) return stages.at(-1) as Stage;
  const found = stages.findLast(({ name, index }) => name === target.toLowerCase() || String(index) === target);
  if (found) return found;
  const names = stages.flatMap(({ name }) => name ?? []);
  const like = nearest(target, names);
  const remedy = like ? `Did you mean ${like}?` : `Stages with a name: ${names.join(', ') || 'none'}`;
  throw new UserError(`target stage ${JSON.stringify(target)} could not be found`, 1, remedy);
}

function needed(stages: readonly Stage[], last: Stage, contexts: Contexts): Stage[] {
  const all = new Set<number>();
  const visit = (stage: Stage) => {
    if (all.has(stage.index)) return;
    all.add(stage.index);
    for (const other of usedBy(stage, stages, contexts)) visit(other);
  };
  visit(last);
  return stages.filter(({ index }) => all.has(index));
}

function usedBy(stage: Stage, stages: readonly Stage[], contexts: Contexts): Stage[] {
  const base = typeof stage.base === 'object' && 'stage' in stage.base ? [stages[stage.base.stage] as Stage] : [];
  const copied = stage.instructions.flatMap((one) => {
    const names =
      one.kind === 'COPY' && one.from !== undefined ? [one.from] : one.kind === 'RUN' ? one.mounts.flatMap(fromOf) : [];
    const ofStages = names.filter((name) => !contexts.get(name));
    return ofStages.flatMap((name) => stageNamed(name, { stages, below: stage.index, at: one.at }) ?? []);
  });
  return [...base, ...copied];
}
