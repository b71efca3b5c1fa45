import { UserError } from '../../kernel/errors/user-error.js';

/** The environment of tslab, by name, from which `-e NAME` takes its value. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Variables for a container, `NAME=value` each: files first, then `-e`, the last of a name counts. `NAME` alone is one to take away. Throws UserError (2). */
export function parseEnvironment(files: readonly string[], words: readonly string[], own: Environment): string[] {
  return lastOfEachName([...linesOf(files), ...words].map((variable) => resolve(variable, own)));
}

/** The lines of files that hold one `NAME=value` each, without comments. */
export function linesOf(files: readonly string[]): string[] {
  const lines = files.flatMap((text) => text.split('\n').map((line) => line.trimStart().replace(/\r$/, '')));
  return lines.filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Lists of `NAME=value` as one: of two with the same name the later counts, in the place of the earlier; `NAME` alone takes
 * that away (moby, ReplaceOrAppendEnvVars in container/env.go).
 */
export function mergeEnvironment(...lists: readonly (readonly string[])[]): string[] {
  return lastOfEachName(lists.flat()).filter((variable) => variable.includes('='));
}

function lastOfEachName(variables: readonly string[]): string[] {
  return [...new Map(variables.map((variable) => [variable.split('=', 1)[0], variable])).values()];
}

/** `NAME` alone has its value outside; where it is not set there, it is not set inside. */
function resolve(variable: string, own: Environment): string {
  const [name = '', value] = variable.split(/=(.*)/s);
  if (name === '' || /\s/.test(name)) throw notAVariable(variable);
  if (variable.includes('\0')) throw endsEarly(variable);
  return value !== undefined || own[name] === undefined ? variable : `${name}=${own[name]}`;
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
