/**
 * A filter that asks (seccomp_unotify(2)): some calls of a program wait for an answer by whoever holds the filter's listener, a descriptor that
 * seccomp(2) gave to the process itself. That one waits then, before its program, until it has been fetched.
 */
import { closeSync, readdirSync, readlinkSync } from 'node:fs';
import { call } from '../call.js';
import { pidfdGetfd, pidfdOpen } from '../calls/index.js';
import { now, sleep } from '../clock.js';
import { libc } from '../libc.js';

/** Who answers. */
export interface Listening {
  /** Takes the listener, before the program begins. It is close-on-exec. */
  begin(listener: number): void;
  /** Answers what has been asked by now. */
  answer(): void;
}

const LINK = 'anon_inode:seccomp notify';
/** Milliseconds between two looks. */
const LOOK = 1;

/**
 * Fetches the listener of a child as soon as that has one (pidfd_getfd(2)): of the last of those whom its list has cloned by then. Undefined where
 * they ended before.
 */
export function fetchListener(pids: () => readonly number[], deadline: number): number | undefined {
  while (now() < deadline) {
    const alive = pids().filter((pid) => descriptorsOf(pid).length > 0);
    if (alive.length === 0) return undefined;
    for (const pid of alive) {
      const found = descriptorsOf(pid).find((fd) => targetOf(pid, fd) === LINK);
      if (found !== undefined) return fetch(pid, Number(found));
    }
    sleep(LOOK);
  }
  return undefined;
}

/** Those of a process that has ended, and waits for its parent, are closed. */
function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
}

function targetOf(pid: number, fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function fetch(pid: number, fd: number): number {
  const pidfd = call(pidfdOpen(pid));
  try {
    return call(pidfdGetfd(pidfd, fd));
  } finally {
    closeSync(pidfd);
  }
}

/** Waits for input, and answers meanwhile: a call of the child's list may be among those that ask. */
export function waitAndAnswer(fd: number, deadline: number, listening: Listening | undefined): boolean {
  if (!listening) return libc().waitForInput(fd, deadline - now());
  while (now() < deadline) {
    listening.answer();
    if (libc().waitForInput(fd, LOOK)) return true;
  }
  return false;
}
