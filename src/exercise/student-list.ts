import { statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { constants, Script } from 'node:vm';
import { UserError } from '../kernel/errors/user-error.js';
import type { Syscall } from '../kernel/syscall.js';

/**
 * Runs a student's file, and gives the calls that its function returns. Throws UserError (1), with file and line where node names them, for all
 * that is wrong with it; not for a loop that has no end.
 */
export async function loadList(file: string, given: Readonly<Record<string, string>>): Promise<readonly Syscall[]> {
  const list = await listIn(file, given);
  if (!Array.isArray(list)) throw new UserError(`${file}: its function returns no list`, 1, SHAPE);
  const odd = list.findIndex((one) => !isCall(one));
  if (odd < 0) return list;
  throw new UserError(`${file}: entry ${odd + 1} of the list is no system call: ${typeof list[odd]}`, 1, SHAPE);
}

async function listIn(file: string, given: Readonly<Record<string, string>>): Promise<unknown> {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new UserError(`${file}: there is no such file`, 2);
  const { default: make } = await importFile(file);
  if (typeof make !== 'function') throw new UserError(`${file}: it exports no function by default`, 1, SHAPE);
  try {
    return await make(given);
  } catch (error) {
    throw new UserError(describe(error, file), 1);
  }
}

async function importFile(file: string): Promise<{ default?: unknown }> {
  try {
    return await importModule(pathToFileURL(file).href);
  } catch (error) {
    throw new UserError(describe(error, file), 1);
  }
}

/** `import()` of node's own loader, which code that was compiled before does not have (src/cli/compiled-code.ts). */
const importModule: (url: string) => Promise<{ default?: unknown }> = new Script('(url) => import(url)', {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();

const SHAPE = 'It has to look like this: export default (given) => [ mount(...), chdir(...) ]';

function isCall(one: unknown): boolean {
  return typeof one === 'object' && one !== null && 'name' in one && 'args' in one && Array.isArray(one.args);
}

/** `02-let-go.mjs:9: mout is not defined`: node has the line in the stack, where a syntax error stands above the message. */
function describe(error: unknown, file: string): string {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  const line = stack.slice(Math.max(stack.indexOf(file), 0)).match(/^[^\n]*?\.mjs:(\d+)/)?.[1];
  const place = line === undefined ? file : `${file}:${line}`;
  return `${place}: ${message}`;
}
