import { spawnSync } from 'node:child_process';
import { errorCode } from '../../kernel/errors/errno.js';
import { UserError } from '../../kernel/errors/user-error.js';
import type { Container } from '../store/store.js';
import { pidsOf } from './processes.js';

/** What ps(1) says of some processes: its headings, then one row a process. */
export interface PsTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The processes of a running container in columns of the caller's, by the ps(1) of this machine: `-o pid,comm`, `aux`. As in moby
 * (daemon/top_unix.go). Throws UserError: 1 where ps refuses the options, or shows no pids; 3 where there is none.
 */
export function hostPs(container: Container, options: readonly string[]): PsTable {
  refuseRenamedPid(options);
  const pids = pidsOf(container);
  // Not every ps can be asked for some processes only.
  const asked = runPs([...options, '-q', pids.join(',')]);
  const { status, stdout, stderr } = asked.status === 0 ? asked : runPs(options);
  if (status !== 0) throw new UserError(`error running ps: exit status ${status}: ${stderr.trim()}`, 1, EXAMPLE);
  return parsePs(stdout, new Set(pids.map(String)));
}

const EXAMPLE = 'Options of ps(1), such as: tslab top NAME -o pid,comm';

/** Under another heading the pids would not be found. */
function refuseRenamedPid(options: readonly string[]): void {
  const renamed = options.flatMap((option) => option.split(',')).find((word) => /^\w+=.*PID/.test(word));
  if (renamed !== undefined) throw new UserError(`specifying "${renamed}" is not allowed`, 1, EXAMPLE);
}

function runPs(options: readonly string[]) {
  const { error, ...result } = spawnSync('ps', options, { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (errorCode(error) === 'ENOENT')
    throw new UserError('this machine has no ps', 3, 'Without options tslab needs none.');
  if (error) throw error;
  return result;
}

/** Its rows of these pids. The last column may have spaces. Throws UserError (1) where no heading is PID. */
export function parsePs(text: string, pids: ReadonlySet<string>): PsTable {
  const [first = '', ...lines] = text.split('\n').filter(Boolean);
  const headings = first.trim().split(/\s+/);
  const at = headings.indexOf('PID');
  if (at < 0) throw new UserError("Couldn't find PID field in ps output", 1, EXAMPLE);
  const rows = lines.map((line) => cellsOf(line.trim(), headings.length));
  return { headings, rows: rows.filter((row) => pids.has(row[at] ?? '')) };
}

function cellsOf(line: string, columns: number): string[] {
  const words = line.split(/\s+/);
  return [...words.slice(0, columns - 1), words.slice(columns - 1).join(' ')];
}
