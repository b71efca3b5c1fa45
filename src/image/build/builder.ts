import { holdStore } from '../store/hold.js';
import { sweepIngests } from '../store/sweep-ingests.js';
import type { Source } from './context/source.js';
import type { Contexts } from './contexts.js';
import type { Dockerfile } from './dockerfile/parse.js';
import type { Place } from './dockerfile/place.js';
import { type Draft, directoriesOf, draftOf } from './draft.js';
import type { BuildHost, RunOptions, Tell } from './host.js';
import { predefinedArguments } from './predefined.js';
import { Scope } from './scope.js';
import type { Secrets } from './secrets.js';
import { StageBuild } from './stage.js';
import { type Arguments, type Stage, type Stages, stageNamed, stagesOf } from './stages.js';
import { withLabels } from './steps/settings.js';
import { Steps } from './steps/steps.js';

/** What is to be built. */
export interface BuildRequest {
  readonly dockerfile: Dockerfile;
  readonly context: Source;
  /** `--build-arg` */
  readonly args: Arguments;
  readonly target?: string | undefined;
  /** `--build-context` */
  readonly contexts: Contexts;
  /** Stages that are not taken from the cache; false: none is. */
  readonly cache: readonly string[] | false;
  readonly secrets: Secrets;
  /** `--label` */
  readonly labels: ReadonlyMap<string, string>;
  readonly run: RunOptions;
}

/** What a build works with, and what it makes. */
export interface Outside<T> {
  readonly host: BuildHost;
  readonly tell: Tell;
  readonly aborted: AbortSignal;
  /** Makes of the last stage what is wanted, while the store is held. */
  finish(draft: Draft): T;
}

/** Builds a Dockerfile's last stage, or the wanted one. Throws DockerfileError, UserError, or the reason of `aborted`. */
export async function build<T>(request: BuildRequest, { host, tell, aborted, finish }: Outside<T>): Promise<T> {
  using _held = holdStore();
  sweepIngests();
  const given = new Map([...predefinedArguments(), ...request.args]);
  const stages = stagesOf(request.dockerfile, given, request);
  const declared = new Set(declaredIn(request.dockerfile));
  try {
    const draft = await buildStages(request, stages, { host, tell, aborted, given, declared });
    return finish({ ...draft, settings: labelled(draft, request) });
  } finally {
    warnOfUnused(request, declared, tell);
  }
}

type Tools = Omit<Outside<never>, 'finish'> & { readonly given: Arguments; readonly declared: Set<string> };

async function buildStages(
  request: BuildRequest,
  { needed, names, globals }: Stages,
  { host, tell, aborted, given, declared }: Tools,
): Promise<Draft> {
  const built = new Map<number, Draft>();
  const { dockerfile, context, contexts, cache, secrets, run } = request;
  const next = numbering(needed, tell, aborted);
  using sources = new Sources(context, { host, contexts, stages: needed, names, built });
  for (const stage of needed) {
    const sourceOf = (from: string | undefined, at: Place) => sources.of(from, stage, at);
    const imageOf = (name: string) => host.image(name, names);
    const steps = new Steps(isCached(stage, cache), tell);
    const around = { host, imageOf, tell, aborted, secrets, run, steps, sourceOf, built, declared, next };
    built.set(stage.index, await new StageBuild(stage, new Scope(given, globals, dockerfile.mark), around).run());
  }
  return built.get((needed.at(-1) as Stage).index) as Draft;
}

function isCached({ name, index }: Stage, cache: BuildRequest['cache']): boolean {
  return cache !== false && !cache.some((one) => one.toLowerCase() === name || one === String(index));
}

function numbering(stages: readonly Stage[], tell: Tell, aborted: AbortSignal): (text: string) => void {
  const of = stages.reduce((sum, { instructions }) => sum + 1 + instructions.length, 0);
  let number = 0;
  return (text) => {
    aborted.throwIfAborted();
    tell({ kind: 'step', number: ++number, of, text });
  };
}

/** What a name of a source may mean. */
interface Known {
  readonly host: BuildHost;
  readonly contexts: Contexts;
  readonly stages: readonly Stage[];
  readonly names: readonly string[];
  readonly built: ReadonlyMap<number, Draft>;
}

/** Where `--from` leads: each source is opened once. */
class Sources implements Disposable {
  readonly #context: Source;
  readonly #known: Known;
  readonly #open = new Map<string, Source>();

  constructor(context: Source, known: Known) {
    this.#context = context;
    this.#known = known;
  }

  async of(from: string | undefined, { index }: Stage, at: Place): Promise<Source> {
    if (from === undefined) return this.#context;
    const { host, contexts, stages, names, built } = this.#known;
    const named = contexts.get(from);
    if (named && 'open' in named) return this.#once(`context ${from}`, () => named.open());
    const stage = named ? undefined : stageNamed(from, { stages, below: index, at });
    const image = named?.image ?? from;
    const key = stage ? `${stage.index}` : `image ${image}`;
    const draft = stage ? (built.get(stage.index) as Draft) : draftOf(await host.image(image, names));
    return this.#once(key, () => host.openLayers(directoriesOf(draft)));
  }

  #once(key: string, open: () => Source): Source {
    const source = this.#open.get(key) ?? open();
    this.#open.set(key, source);
    return source;
  }

  [Symbol.dispose](): void {
    for (const source of this.#open.values()) source[Symbol.dispose]();
  }
}

function labelled({ settings }: Draft, { labels }: BuildRequest): Draft['settings'] {
  return labels.size > 0 ? withLabels(settings, labels) : settings;
}

function declaredIn({ instructions }: Dockerfile): string[] {
  return instructions.flatMap((one) => (one.kind === 'ARG' ? one.names.map(([name]) => name) : []));
}

/** A name that is written otherwise in the Dockerfile does nothing. */
function warnOfUnused({ args }: BuildRequest, declared: ReadonlySet<string>, tell: Tell): void {
  const unused = [...args.keys()].filter((name) => !declared.has(name) && !/_proxy$/i.test(name));
  if (unused.length > 0)
    tell({
      kind: 'warning',
      text: `One or more build-args [${unused.join(' ')}] were not consumed: no ARG has that name`,
    });
}
