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

/** Makes the list in a file once, in a process of its own: whatever the file does, a loop without an end among it, this one goes on. */
export async function tryList(attempt: Try): Promise<ExerciseEvent[]> {
  const { signal } = attempt;
  const child = startAttempt(attempt);
  const stop = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), GRACE).unref();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  const events: ExerciseEvent[] = [];
  const printed = [hear(child.stdout as Readable, 'stdout'), hear(child.stderr as Readable, 'stderr')];
  createInterface(child.stdio[3] as Readable).on('line', (line) => events.push(JSON.parse(line)));
  const isJudged = () => events.some(({ type }) => type === 'solved' || type === 'unsolved');
  const ended = await endOf(child, isJudged);
  signal.removeEventListener('abort', stop);
  const output = printed.map((one) => one()).filter(({ text }) => text !== '');
  if (isJudged()) return [...output, ...events];
  sweepLeftovers();
  return [...output, ...events, ...notMade(attempt, ended)];
}

/** Node would warn of what loads the file: it is new, not wrong. */
function startAttempt({ id, file, language }: Try): ChildProcess {
  const words = ['exercise', id, '--attempt', resolve(file), '--lang', language];
  const node = ['--disable-warning=ExperimentalWarning', '--', process.argv[1] ?? ''];
  return spawn(process.execPath, [...node, ...words], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
}

function hear(from: Readable, stream: Output['stream']): () => Output {
  let text = '';
  from.setEncoding('utf8').on('data', (some: string) => {
    text = (text + some).slice(0, MOST_PRINTED);
  });
  return () => ({ type: 'output', step: '', stream, text });
}

/** How it ended, in words. It is killed where it takes too long; not while it removes what it has made, when the file has been judged. */
function endOf(child: ChildProcess, isJudged: () => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      if (isJudged()) return;
      isLate = true;
      child.kill('SIGKILL');
    }, PATIENCE);
    child.once('error', reject).once('close', (status, signal) => {
      clearTimeout(timer);
      if (isLate) resolve(`the file did not come to its end within ${PATIENCE / 1000} s, and was ended`);
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
