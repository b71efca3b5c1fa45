import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { CALLS } from '../../../exercise/definition.js';
import type { ExerciseEvent, FactSeen } from '../../../exercise/events.js';
import type { Output } from '../../../lab/events.js';
import { sweepLeftovers } from '../../leftovers.js';

/** A file to be tried: of which exercise, with which facts, told in which language. */
export interface Try {
  readonly id: string;
  readonly facts: readonly string[];
  readonly file: string;
  readonly language: string;
  readonly signal: AbortSignal;
}

/** How long a file may take, in milliseconds. */
const PATIENCE = 10_000;
/** How long it may take to tidy up when it is stopped: one that hears of nothing else is killed. */
const GRACE = 500;
/** So many characters of what it prints are shown. */
const MOST_PRINTED = 2_000;

/** What an attempt is begun with: its file is not looked at yet. */
export type Attempted = Pick<Try, 'id' | 'file' | 'language'>;

/**
 * Makes the list in a file once, in a process of its own: whatever the file does, a loop without an end among it, this one goes on. That
 * process may have been started before, so that nobody waits for it.
 */
export async function tryList(attempt: Try, child = startAttempt(attempt)): Promise<ExerciseEvent[]> {
  const { signal } = attempt;
  const stop = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE).unref();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const events: ExerciseEvent[] = [];
  const printed = [hear(child.stdout as Readable, 'stdout'), hear(child.stderr as Readable, 'stderr')];
  const limit = limitFile(child);
  createInterface(child.stdio[3] as Readable).on('line', (line) => {
    const event: ExerciseEvent = JSON.parse(line);
    events.push(event);
    limit.onEvent(event);
  });
  const over = endOf(child, limit);
  child.stdin?.end('\n');
  const ended = await over;
  signal.removeEventListener('abort', stop);
  const output = printed.map((one) => one()).filter(({ text }) => text !== '');
  if (events.some(({ type }) => type === 'solved' || type === 'unsolved')) return [...output, ...events];
  sweepLeftovers();
  return [...output, ...events, ...notMade(attempt, ended)];
}

/** A process that waits to be told to try the file, or that nobody wants it any more. Node would warn of what loads the file: it is new, not wrong. */
export function startAttempt({ id, file, language }: Attempted): ChildProcess {
  const words = ['exercise', id, '--attempt', resolve(file), '--lang', language];
  const node = ['--disable-warning=ExperimentalWarning', '--', process.argv[1] ?? ''];
  const child = spawn(process.execPath, [...node, ...words], { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  // It may be gone when it is told to begin; its end says so.
  child.stdin?.on('error', () => {});
  return child;
}

function hear(from: Readable, stream: Output['stream']): () => Output {
  let text = '';
  from.setEncoding('utf8').on('data', (some: string) => {
    text = (text + some).slice(0, MOST_PRINTED);
  });
  return () => ({ type: 'output', step: '', stream, text });
}

/** Kills a process whose file takes too long, from when it is loaded until the kernel has made its calls: nothing else is the file's. */
function limitFile(child: ChildProcess) {
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const kill = () => {
    isLate = true;
    child.kill('SIGKILL');
  };
  const onEvent = ({ type }: ExerciseEvent) => {
    clearTimeout(timer);
    if (type === 'exercise') timer = setTimeout(kill, PATIENCE).unref();
  };
  return { onEvent, isLate: () => isLate };
}

/** How it ended, in words. */
function endOf(child: ChildProcess, { isLate }: ReturnType<typeof limitFile>): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject).once('close', (status, signal) => {
      if (isLate()) resolve(`the file did not come to its end within ${PATIENCE / 1000} s, and was ended`);
      else resolve(`the file ended the process that ran it: ${signal ?? `status ${status}`}`);
    });
  });
}

/** As the attempt itself tells it when the kernel refuses a call. */
function notMade({ id, facts, file }: Try, says: string): ExerciseEvent[] {
  const open = facts.map((fact): FactSeen => ({ type: 'fact', exercise: id, fact, held: false, at: null, says: null }));
  const calls: FactSeen = { type: 'fact', exercise: id, fact: CALLS, held: false, at: file, says };
  return [calls, ...open, { type: 'unsolved', exercise: id, fact: CALLS }];
}
