import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { pipe2 } from './calls.js';
import { O_CLOEXEC } from './constants.js';
import { errnoName } from './errno.js';
import { raw } from './raw.js';
import type { Stdio } from './tidy.js';

/** What one of a child's descriptors 0 to 2 is: a descriptor of ours, a pipe to us, or /dev/null. */
export type StdioChoice = number | 'pipe' | 'null';

/** Descriptors for the child, and our side of them. */
export interface OpenStdio {
  readonly child: Stdio;
  /** Our ends of the pipes; undefined where no pipe was asked for. */
  readonly ours: readonly [Socket | undefined, Socket | undefined, Socket | undefined];
  /** Closes the child's ends in this process. */
  closeChildEnds(): void;
}

/** A close-on-exec pipe. Throws where the process has no descriptors left (EMFILE, ENFILE). */
export function newPipe(): { read: number; write: number } {
  const ends = new Uint8Array(8);
  const result = raw(pipe2(ends, O_CLOEXEC));
  if (result < 0) throw new Error(`pipe2() failed: ${errnoName(-result)}: too many open descriptors`);
  const [read, write] = new Int32Array(ends.buffer) as unknown as [number, number];
  return { read, write };
}

/** Opens what a child needs as stdin, stdout and stderr. */
export function openStdio(choices: readonly [StdioChoice, StdioChoice, StdioChoice]): OpenStdio {
  const temporary: number[] = [];
  const open = (choice: StdioChoice, number: number): { child: number; ours?: Socket } => {
    if (typeof choice === 'number') return { child: choice };
    const end = choice === 'null' ? { child: openSync('/dev/null', 'r+') } : pipeFor(number);
    temporary.push(end.child);
    return end;
  };
  const [stdin, stdout, stderr] = [open(choices[0], 0), open(choices[1], 1), open(choices[2], 2)];
  return {
    child: [stdin.child, stdout.child, stderr.child],
    ours: [stdin.ours, stdout.ours, stderr.ours],
    closeChildEnds() {
      for (const fd of temporary) closeSync(fd);
    },
  };
}

function pipeFor(number: number): { child: number; ours: Socket } {
  const { read, write } = newPipe();
  if (number === 0) return { child: read, ours: new Socket({ fd: write, readable: false, writable: true }) };
  return { child: write, ours: new Socket({ fd: read, readable: true, writable: false }) };
}
