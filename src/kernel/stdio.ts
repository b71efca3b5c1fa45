import { openSync } from 'node:fs';
import { Socket } from 'node:net';
import { callUntraced } from './call.js';
import { fcntl } from './calls/index.js';
import type { Stdio } from './child-setup.js';
import { F_GETFL, F_SETFL, O_NONBLOCK } from './constants.js';
import type { Descriptors } from './descriptors.js';

/** What one of a child's descriptors 0 to 2 is: a descriptor of ours, a pipe to us, or /dev/null. */
export type StdioChoice = number | 'pipe' | 'null';

/** Descriptors for the child, and our side of them. */
export interface OpenStdio {
  readonly child: Stdio;
  /** Our ends of the pipes; undefined where no pipe was asked for. To be called once, when the child runs. */
  sockets(): [stdin: Socket | undefined, stdout: Socket | undefined, stderr: Socket | undefined];
}

/** Opens what a child needs as stdin, stdout and stderr. */
export function openStdio(choices: readonly [StdioChoice, StdioChoice, StdioChoice], fds: Descriptors): OpenStdio {
  const stdin = reading(choices[0], fds);
  const stdout = writing(choices[1], fds);
  const stderr = writing(choices[2], fds);
  const socket = ({ ours }: Ends, writable: boolean) =>
    ours === undefined ? undefined : new Socket({ fd: fds.keep(ours), readable: !writable, writable });
  return {
    child: [stdin.child, stdout.child, stderr.child],
    sockets: () => [socket(stdin, true), socket(stdout, false), socket(stderr, false)],
  };
}

interface Ends {
  readonly child: number;
  readonly ours?: number;
}

function reading(choice: StdioChoice, fds: Descriptors): Ends {
  if (choice !== 'pipe') return given(choice);
  const { read, write } = fds.pipe();
  return { child: read, ours: write };
}

function writing(choice: StdioChoice, fds: Descriptors): Ends {
  if (choice !== 'pipe') return given(choice);
  const { read, write } = fds.pipe();
  return { child: write, ours: read };
}

function given(choice: number | 'null'): Ends {
  return { child: choice === 'null' ? devNull() : choice };
}

let nullDevice: number | undefined;

/** /dev/null, for reading and writing; opened once and kept. */
function devNull(): number {
  nullDevice ??= openSync('/dev/null', 'r+');
  return nullDevice;
}

/**
 * Makes reads and writes block again. Node makes pipes and sockets non-blocking, and that belongs to the open file, not to the
 * descriptor (open(2), O_NONBLOCK): a program that inherits one would lose output with EAGAIN.
 */
export function makeBlocking(fd: number): void {
  const flags = callUntraced(fcntl(fd, F_GETFL, 0));
  if (flags < 0 || (flags & O_NONBLOCK) === 0) return;
  callUntraced(fcntl(fd, F_SETFL, flags & ~O_NONBLOCK));
}

/** Makes reads and writes fail with EAGAIN where they would wait, for all that have the open file. */
export function makeNonBlocking(fd: number): void {
  callUntraced(fcntl(fd, F_SETFL, callUntraced(fcntl(fd, F_GETFL, 0)) | O_NONBLOCK));
}
