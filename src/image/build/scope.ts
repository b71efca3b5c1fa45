import type { ImageSettings } from '../manifest.js';
import type { Expansion } from './dockerfile/expand.js';
import { PROXIES } from './predefined.js';
import type { Arguments } from './stages.js';
import { variablesOf } from './steps/settings.js';

/** Variables of a stage: those of its ARG from there on, and of ENV, which win. */
export class Scope {
  readonly #given: Arguments;
  readonly #globals: ReadonlyMap<string, string>;
  readonly #declared = new Map<string, string>();
  readonly mark: string;

  constructor(given: Arguments, globals: ReadonlyMap<string, string>, mark: string) {
    this.#given = given;
    this.#globals = globals;
    this.mark = mark;
  }

  /** `--build-arg` before the value that stands there, and that before the one above the first FROM. Returns what it has. */
  declare(name: string, value: string | undefined): string | undefined {
    const own = this.#given.get(name) ?? value ?? this.#globals.get(name);
    if (own !== undefined) this.#declared.set(name, own);
    return own;
  }

  /** How words are read at this place. */
  expansion(settings: ImageSettings): Expansion {
    const env = variablesOf(settings);
    return { lookUp: (name) => env.get(name) ?? this.#declared.get(name), mark: this.mark };
  }

  /** What RUN depends on beside the variables of the image: those are in its settings. */
  inputs(settings: ImageSettings): Record<string, string> {
    const env = variablesOf(settings);
    const own = [...this.#declared].filter(([name]) => !env.has(name) && !PROXIES.includes(name));
    return Object.fromEntries(own.map(([name, value]) => [`ARG ${name}`, value]));
  }

  /** The environment of RUN. */
  environment(settings: ImageSettings): string[] {
    const proxies = PROXIES.flatMap((name) => {
      const value = this.#given.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
    const all = new Map([...proxies, ...this.#declared, ...variablesOf(settings)]);
    return [...all].map(([name, value]) => `${name}=${value}`);
  }
}
