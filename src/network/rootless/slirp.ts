import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { execve } from '../../kernel/calls/index.js';
import type { Syscall } from '../../kernel/syscall.js';
import type { Joining } from './helper-process.js';
import { HELPER_MTU, LINK } from './inside.js';

/** Where slirp4netns is asked for ports, in the container's directory: by its name alone, since a path of a socket has at most 107 bytes (unix(7)). */
export const API = 'slirp4netns.sock';

/** It says that it is ready on a descriptor that is its own; what it prints is for the log. */
const READY = 3;
const MOVE = `exec "$0" "$@" ${READY}>&1 >&2`;

/**
 * slirp4netns(1): it makes the link in the container's network namespace, brings it and lo up, and reads its packets. It gives up all but what
 * it needs for that: other mounts and capabilities (sandbox), other system calls (seccomp). By default it would lead a container to what listens
 * on the host's 127.0.0.1.
 */
export function slirp(path: string, { pid, directory, mac }: Joining): Syscall {
  rmSync(join(directory, API), { force: true });
  const safety = ['--disable-host-loopback', '--enable-sandbox', '--enable-seccomp'];
  const talk = [`--ready-fd=${READY}`, `--api-socket=${API}`];
  const words = ['--configure', `--macaddress=${mac}`, `--mtu=${HELPER_MTU}`, ...safety, ...talk, `${pid}`, LINK];
  return execve('/bin/sh', ['sh', '-c', MOVE, path, ...words], []);
}
