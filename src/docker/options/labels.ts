import type { Labels } from '../../container/record.js';
import { UserError } from '../../kernel/errors/user-error.js';
import { linesOf } from './environment.js';

/** Labels of files first (`--label-file`), then `-l KEY=VALUE`: of two with one key the later counts. Without a value it is empty. Throws UserError (2). */
export function parseLabels(files: readonly string[], words: readonly string[]): Labels {
  return Object.fromEntries([...linesOf(files), ...words].map(keyAndValue));
}

/** Docker's rule (docker/cli, opts.ValidateLabel). */
function keyAndValue(label: string): [string, string] {
  const [key = '', value = ''] = label.split(/=(.*)/s);
  if (key.trim() === '') throw refuse(`invalid label '${label}': empty name`);
  if (/\s/.test(key)) throw refuse(`label '${key}' contains whitespaces`);
  return [key, value];
}

function refuse(message: string): UserError {
  return new UserError(message, 2, 'KEY=VALUE, or KEY alone for an empty value; no blanks in the key.');
}
