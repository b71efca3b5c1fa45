/** Arguments, environment and working directory of this process. Node decodes them as UTF-8 and loses other bytes, which /proc still has (proc(5)). */
import { readFileSync } from 'node:fs';
import { linkTarget, textOf } from './files/file-names.js';

/** What node's strings have for bytes that are not UTF-8. */
const LOST = '\ufffd';

/** The words of the command line behind the script. */
export function ownArguments(words: readonly string[] = process.argv.slice(2)): readonly string[] {
  if (!words.some((word) => word.includes(LOST))) return words;
  return stringsIn('/proc/self/cmdline').slice(-words.length);
}

/** The environment. */
export function ownEnvironment(): Readonly<Record<string, string | undefined>> {
  if (!Object.values(process.env).some((value) => value?.includes(LOST))) return process.env;
  return { ...process.env, ...Object.fromEntries(stringsIn('/proc/self/environ').map(nameAndValue)) };
}

/** The working directory. */
export function ownDirectory(): string {
  const path = process.cwd();
  return path.includes(LOST) ? linkTarget('/proc/self/cwd') : path;
}

function stringsIn(path: string): string[] {
  return textOf(readFileSync(path)).split('\0').slice(0, -1);
}

function nameAndValue(variable: string): [name: string, value: string] {
  const end = variable.indexOf('=');
  return [variable.slice(0, end), variable.slice(end + 1)];
}
