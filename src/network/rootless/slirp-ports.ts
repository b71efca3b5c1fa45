import { closeSync, openSync } from 'node:fs';
import { call } from '../../kernel/call.js';
import { close } from '../../kernel/calls/index.js';
import { UserError } from '../../kernel/errors/user-error.js';
import {
  connect,
  recvfrom,
  SO_RCVTIMEO,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  sendto,
  setsockopt,
  socket,
  timeval,
} from '../../kernel/sockets/calls.js';
import { AF_UNIX, unixAddress } from '../../kernel/sockets/socket-address.js';
import { ANY_IPV4, type PublishedPort, portName } from '../ports/published.js';
import { ADDRESS } from './inside.js';
import { API } from './slirp.js';

/** Bytes of an answer. */
const LONGEST = 4096;
/** Seconds that it may take. */
const PATIENCE = 5;

/** Asks slirp4netns for ports of the host, by its socket in the container's directory. Throws UserError (3) where it gives one not. */
export function askForPorts(directory: string, ports: readonly PublishedPort[]): void {
  const fd = openSync(directory, 'r');
  try {
    for (const port of ports) askForPort(`/proc/self/fd/${fd}/${API}`, port);
  } finally {
    closeSync(fd);
  }
}

/** It says no more of why not than that it failed. */
function askForPort(path: string, port: PublishedPort): void {
  const { protocol, hostIp, hostPort, containerPort } = port;
  const host = { proto: protocol, host_addr: hostIp || ANY_IPV4, host_port: hostPort };
  const answer = ask(path, {
    execute: 'add_hostfwd',
    arguments: { ...host, guest_addr: ADDRESS, guest_port: containerPort },
  });
  if ('return' in answer) return;
  const message = `slirp4netns does not publish ${portName(port)} at ${host.host_addr}:${hostPort}: ${JSON.stringify(answer)}`;
  throw new UserError(message, 3, 'Another program may have taken it just now: try again, or name another port.');
}

/** A connection a question: slirp4netns.c takes one and closes it. */
function ask(path: string, question: object): object {
  const text = JSON.stringify(question);
  const fd = call(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC));
  try {
    call(setsockopt(fd, SO_RCVTIMEO, timeval(PATIENCE)));
    call(connect(fd, unixAddress(path)));
    call(sendto(fd, Buffer.from(text), text));
    const into = Buffer.alloc(LONGEST);
    const length = call(recvfrom(fd, into, said));
    return length === 0 ? {} : JSON.parse(into.toString('utf8', 0, length));
  } finally {
    call(close(fd));
  }
}

function said(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replace(/\0.*$/s, '').trim();
}
