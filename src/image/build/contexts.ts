import { fullName, parseReference } from '../reference.js';
import type { Source } from './context/source.js';

/** What `--build-context NAME=…` names: files, or an image. */
export type NamedContext = { readonly image: string } | { open(): Source };

/** Those of a build. A name of theirs comes before that of a stage or an image; of images `a` and `docker.io/library/a:latest` are one name. */
export class Contexts {
  readonly #byName: ReadonlyMap<string, NamedContext>;

  constructor(given: readonly (readonly [name: string, context: NamedContext])[] = []) {
    this.#byName = new Map(given.map(([name, context]) => [canonical(name), context]));
  }

  get(name: string): NamedContext | undefined {
    return this.#byName.size === 0 ? undefined : this.#byName.get(canonical(name));
  }
}

function canonical(name: string): string {
  const lower = name.toLowerCase();
  try {
    return fullName(parseReference(lower));
  } catch {
    return lower;
  }
}
