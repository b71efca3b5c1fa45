import { chainIds } from '../../ids.js';
import { timeOfMaking } from '../../source-date.js';
import { addLayer } from '../../store/new-layer.js';
import {
  type CachedLayer,
  type CacheEntry,
  listCache,
  lookUpCache,
  type Question,
  writeCache,
} from '../cache/entry.js';
import { whyMissed } from '../cache/why.js';
import { chainOf, type Draft, diffIdsOf } from '../draft.js';
import type { Tell } from '../host.js';

/** What an instruction makes of a draft. */
export interface Step {
  readonly text: string;
  /** What of the settings it depends on. */
  readonly settings: object;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Those of the draft behind it. */
  readonly after: Draft['settings'];
  /** Undefined: it changes no file. */
  readonly make?: (() => Promise<CachedLayer>) | undefined;
}

/** Takes steps from the cache, or makes them. */
export class Steps {
  readonly #useCache: boolean;
  readonly #tell: Tell;

  constructor(useCache: boolean, tell: Tell) {
    this.#useCache = useCache;
    this.#tell = tell;
  }

  /** The draft behind a step. Throws UserError, as `make` does. */
  async take(draft: Draft, step: Step): Promise<Draft> {
    const { text, settings, inputs = {}, make } = step;
    const question = { chain: chainOf(draft), settings: JSON.stringify(settings), text, inputs };
    const known = this.#useCache ? lookUpCache(question) : undefined;
    if (known) await this.#unpack(known, draft);
    const done = known ?? (await this.#make(question, make));
    return {
      ...draft,
      settings: step.after,
      layers: [...draft.layers, ...(done.layer ? [done.layer] : [])],
      history: [
        ...draft.history,
        { created: done.created, created_by: text, ...(done.layer ? {} : { empty_layer: true }) },
      ],
    };
  }

  /** The unpacked layer may have been removed while its archive is there. */
  async #unpack({ layer }: CacheEntry, draft: Draft): Promise<void> {
    const on = layer && chainIds(diffIdsOf(draft));
    const notes = on && (await addLayer({ diffId: layer.diffId, on, blob: layer.descriptor.digest }));
    this.#tell({ kind: 'cached' });
    for (const text of notes ?? []) this.#tell({ kind: 'warning', text });
  }

  async #make(question: Question, make: Step['make']): Promise<CacheEntry> {
    if (this.#useCache && make) this.#tell({ kind: 'missed', why: whyMissed(question, listCache()) });
    const made = await make?.();
    const layer = made && { diffId: made.diffId, descriptor: made.descriptor };
    const done = { ...question, created: timeOfMaking(), written: Date.now(), ...(layer && { layer }) };
    writeCache(done);
    return done;
  }
}
