import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../../src/state/package-root.js';

/** How two answers compare: exit status, stdout and whether there is a stderr; only the status; not even that. */
export type Verdict = 'same' | 'text' | 'status';

/** A command line as a shell takes it, in the words of docker; and how the answers are known to differ, and why. */
export interface Command {
  readonly line: string;
  /** The line of the file, from 0. */
  readonly at: number;
  readonly known?: { readonly verdict: Verdict; readonly reason: string };
}

/** A file of `cases/`. Its sessions are commands that follow upon each other, from no container to what they make. */
export interface Area {
  readonly name: string;
  readonly sessions: readonly (readonly Command[])[];
}

const CASES = join(packageRoot(), 'bench/same-commands/cases/');

/** Where the commands of an area stand. */
export function caseFile(area: string): string {
  return `${CASES}${area}.txt`;
}

export function readAreas(): Area[] {
  const names = readdirSync(CASES)
    .sort()
    .map((file) => basename(file, '.txt'));
  return names.map((name) => ({ name, sessions: parseSessions(readFileSync(caseFile(name), 'utf8')) }));
}

/** Sessions are separated by empty lines. `# …` is a remark; ` ## text REASON` and ` ## status REASON` end a line. */
export function parseSessions(text: string): Command[][] {
  const sessions: Command[][] = [[]];
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') sessions.push([]);
    else if (!line.startsWith('#')) sessions.at(-1)?.push(parseCommand(line, at));
  }
  return sessions.filter((commands) => commands.length > 0);
}

function parseCommand(text: string, at: number): Command {
  const [, line = '', verdict, reason = ''] = /^(.*?)(?:\s+## (text|status) (\S+))?$/.exec(text) ?? [];
  return verdict ? { line, at, known: { verdict: verdict as Verdict, reason } } : { line, at };
}
