import { statSync } from 'node:fs';
import { openSource } from '../../../image/build/context/source.js';
import { Contexts, type NamedContext } from '../../../image/build/contexts.js';
import { parseReference } from '../../../image/reference.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { ignoreOf } from './input.js';

const FORM = '--build-context NAME=DIRECTORY or NAME=docker-image://IMAGE';

/** Reads `--build-context`. Throws UserError. */
export function readContexts(given: readonly string[]): Contexts {
  return new Contexts(given.map(readContext));
}

function readContext(given: string): readonly [name: string, context: NamedContext] {
  const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(given) ?? [];
  if (name === '') throw new UserError(`invalid context value: ${given}, expected key=value`, 1, FORM);
  const [, image] = /^docker-image:\/\/(.+)$/.exec(value) ?? [];
  if (image !== undefined) {
    parseReference(image);
    return [name, { image }];
  }
  if (/^[a-z-]+:\/\/|^git@|^target:/i.test(value))
    throw new UserError(`--build-context ${name}: ${value} is not fetched`, 1, FORM);
  const stats = statSync(value, { throwIfNoEntry: false });
  if (stats?.isDirectory()) return [name, { open: () => openSource(value, ignoreOf(value)) }];
  const what = stats ? 'is no directory' : 'no such file or directory';
  throw new UserError(`failed to get build context ${name}: ${value}: ${what}`, 1, FORM);
}
