import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { flag, integer, list, matching, maybe, type Parser, record, text, variant, word } from '../../kernel/parser.js';
import type { SyscallMade } from '../../lab/events.js';
import { runDirectory } from '../../state/directories.js';

/** The request of a client, one JSON object a line. */
export type Request =
  | { readonly op: 'start'; readonly id: string; readonly trace?: boolean }
  | { readonly op: 'adopt' };

/** The text of a line as a request. Throws Misfit or SyntaxError where this supervisor does not know it: its client may be newer. */
export function parseRequest(line: string): Request {
  return request(JSON.parse(line), '');
}

const request = variant<'op', Request>('op', {
  start: record<Extract<Request, { op: 'start' }>>({
    op: word('start'),
    id: matching(/^[0-9a-f]{64}$/, 'an id'),
    trace: maybe(flag),
  }),
  adopt: record({ op: word('adopt') }),
});

/** The answer: done, or the reason why not and the exit status for the client; and the system calls, if they were asked for. */
export type Reply = (Done | Failed) & { readonly calls?: readonly SyscallMade[] };

interface Done {
  readonly ok: true;
}

interface Failed {
  readonly ok: false;
  readonly message: string;
  readonly remedy?: string;
  readonly status: 125 | 126 | 127;
}

/** The text of a line as an answer. Throws Misfit or SyntaxError. */
export function parseReply(line: string): Reply {
  const value: unknown = JSON.parse(line);
  const { ok, calls } = head(value, '');
  const said: Done | Failed = ok ? { ok } : { ok, ...failure(value, '') };
  return calls === undefined ? said : { ...said, calls };
}

/** The calls are only shown: each has its text. */
const call = (value: unknown, at: string) => ({ ...(value as SyscallMade), ...record({ text })(value, at) });

const head = record<{ ok: boolean; calls?: SyscallMade[] }>({ ok: flag, calls: maybe(list(call)) });

const failure = record<Omit<Failed, 'ok'>>({
  message: text,
  remedy: maybe(text),
  status: integer(125, 127) as Parser<125 | 126 | 127>,
});

/** One supervisor for each state directory listens here; the directory is 0700, the socket 0600. */
export function socketPath(): string {
  return join(runDirectory(), 'supervisor.sock');
}

/** A path of a socket has at most 107 bytes (unix(7)). */
const LONGEST = 107;

/** Does something with the socket's path, or with a shorter one that means the same: through a descriptor of its directory. */
export function withSocketPath<T>(work: (path: string) => T): T {
  const path = socketPath();
  if (Buffer.byteLength(path) <= LONGEST) return work(path);
  const directory = openSync(runDirectory(), 'r');
  try {
    return work(`/proc/self/fd/${directory}/supervisor.sock`);
  } finally {
    closeSync(directory);
  }
}

/** Held by the supervisor for as long as it lives. */
export function lockPath(): string {
  return join(runDirectory(), 'supervisor.lock');
}

/** Held by the client that starts a supervisor, so that of many only one does. */
export function startLockPath(): string {
  return join(runDirectory(), 'supervisor.start');
}

/** Its standard output and error, for its bugs. */
export function logPath(): string {
  return join(runDirectory(), 'supervisor.log');
}
