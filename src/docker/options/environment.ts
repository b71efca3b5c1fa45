import { UserError } from '../../kernel/errors/user-error.js';

/** The environment of tslab, by name, from which `-e NAME` takes its value. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables for a container, `NAME=value` each: files first, then `-e`, the last of a name counts. Throws UserError (2). */
export function parseEnvironment(files: readonly string[], words: readonly string[], own: Environment): string[] {
  const lines = files.flatMap((text) => text.split('\n').map((line) => line.trimStart().replace(/\r$/, '')));
  const variables = [...lines.filter((line) => line !== '' && !line.startsWith('#')), ...words];
  return mergeEnvironment(variables.flatMap((variable) => resolve(variable, own)));
}

/** Lists of `NAME=value` as one: of two with the same name the later counts, in the place of the earlier. */
export function mergeEnvironment(...lists: readonly (readonly string[])[]): string[] {
  const byName = new Map(lists.flat().map((variable) => [variable.slice(0, variable.indexOf('=')), variable]));
  return [...byName.values()];
}

/** `NAME` alone has its value outside; where it is not set there, it is not set inside. */
function resolve(variable: string, own: Environment): string[] {
  const [name = '', value] = variable.split(/=(.*)/s);
  if (name === '' || /\s/.test(name)) throw notAVariable(variable);
  if (variable.includes('\0')) throw endsEarly(variable);
  if (value !== undefined) return [variable];
  return own[name] === undefined ? [] : [`${name}=${own[name]}`];
}

function notAVariable(variable: string): UserError {
  const message = `invalid environment variable: ${JSON.stringify(variable)}`;
  return new UserError(message, 2, 'NAME=VALUE, or NAME alone for the value that it has here; no spaces in the name.');
}

/** Only a file can contain a NUL: it ends a word of a command line. */
function endsEarly(variable: string): UserError {
  const message = `invalid environment variable: ${JSON.stringify(variable)} has a NUL byte, with which the kernel ends it`;
  return new UserError(message, 2, 'Write it another way, such as in base64: a variable is text.');
}
