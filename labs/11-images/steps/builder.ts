import type { Instruction } from '../../../src/image/build/dockerfile/instructions.js';
import { parseDockerfile } from '../../../src/image/build/dockerfile/parse.js';
import { type Digest, digestOf } from '../../../src/image/digest.js';
import { runScript } from '../../../src/lab/script.js';
import { archiveOf, type Files, membersOf } from './archive.js';
import { changesAsLayer, container, type Layer, type Setup } from './setup.js';

/** What came of a build. */
export interface Built {
  /** The topmost first. */
  readonly layers: readonly Layer[];
  readonly command: readonly string[];
  /** Instructions that were carried out: the others had their layers from an earlier build. */
  readonly done: readonly string[];
}

// #region builder
/** Builds images of the base by the four instructions that this lab needs; `tslab build` has them all. */
export class Builder {
  readonly #setup: Setup;
  /** Layers of earlier builds, by what they were made of. */
  readonly #cache = new Map<Digest, Layer>();
  #count = 0;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  /** `context` are the files that COPY may name. */
  async build(dockerfile: string, context: Files, useCache: boolean): Promise<Built> {
    let layers: readonly Layer[] = [this.#setup.base];
    let [key, command]: [Digest, readonly string[]] = [this.#setup.base.diffId, []];
    const done: string[] = [];
    for (const one of parseDockerfile(dockerfile, 'Dockerfile').instructions) {
      if (one.kind === 'CMD' && 'exec' in one.command) command = one.command.exec;
      if (!['WORKDIR', 'COPY', 'RUN'].includes(one.kind)) continue;
      // What a layer is made of: the layers below, the words of the instruction, and the files that it takes.
      key = digestOf(JSON.stringify([key, one.text, filesOf(one, context)]));
      const known = useCache ? this.#cache.get(key) : undefined;
      const layer = known ?? (await this.#layer(one, layers, context));
      if (!layer) return { layers, command, done };
      this.#cache.set(key, layer);
      if (!known) done.push(one.text);
      layers = [layer, ...layers];
    }
    return { layers, command, done };
  }

  /** Undefined where what RUN has run says that it failed: then the build ends. */
  async #layer(one: Instruction, below: readonly Layer[], context: Files): Promise<Layer | undefined> {
    const name = `build-${++this.#count}`;
    const { lab, unpack, overlay } = this.#setup;
    if (one.kind !== 'RUN') return await lab.folded(() => unpack(archiveOf(membersOf(filesOf(one, context))), name));
    const written = overlay(name, ...below);
    const script = 'shell' in one.command ? `cd ${DIRECTORY}; ${one.command.shell}` : '';
    const { status } = await runScript(lab, container(lab, written), script);
    if (status !== 0) return undefined;
    return await unpack(changesAsLayer(written), `${name}-layer`);
  }
}
// #endregion

/** Where the application of the lab is. */
export const DIRECTORY = '/srv';

/** The files of the layer that is not made by a program. */
function filesOf(one: Instruction, context: Files): Files {
  if (one.kind === 'WORKDIR') return { [`${one.value.slice(1)}/`]: 0o755 };
  if (one.kind !== 'COPY') return {};
  return Object.fromEntries(one.sources.map((name) => [`${DIRECTORY.slice(1)}/${name}`, context[name] ?? '']));
}
