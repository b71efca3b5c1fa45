import { closeSync, openSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { ETH0, macOf } from '../../../labs/08-network/calls/link.js';
import { readEnvironment } from '../../../src/cli/docker/shared/environment.js';
import { findContainer } from '../../../src/container/store/find.js';
import { startDetached } from '../../../src/container/supervisor/client.js';
import { createFrom } from '../../../src/docker/create.js';
import { parseRun } from '../../../src/docker/options/run.js';
import { bytes, named } from '../../../src/kernel/arguments.js';
import { call } from '../../../src/kernel/call.js';
import { close, setns } from '../../../src/kernel/calls/index.js';
import { CLONE_NEWNET } from '../../../src/kernel/constants.js';
import { SyscallError } from '../../../src/kernel/errors/syscall-error.js';
import {
  connect,
  SO_SNDTIMEO,
  SOCK_CLOEXEC,
  SOCK_STREAM,
  setsockopt,
  socket,
  timeval,
} from '../../../src/kernel/sockets/calls.js';
import { AF_INET, internetAddress } from '../../../src/kernel/sockets/socket-address.js';
import { NETLINK_ROUTE } from '../../../src/netlink/requests.js';
import { newNeighbour } from '../../../src/netlink/route/address.js';
import { NetlinkSocket } from '../../../src/netlink/socket.js';
import { defaultNetwork } from '../../../src/network/create.js';
import { endpointsOf } from '../../../src/network/endpoint.js';
import { needs } from '../../support/needs.js';
import { output, removeBehindEach, useOwnState } from '../runtime-info/containers.js';
import { sh } from './support.js';

useOwnState();
removeBehindEach();
beforeEach((test) => {
  needs(test, 'root');
  needs(test, 'ip');
});

const MANY = 50;
const NAMES = Array.from({ length: MANY }, (_, n) => `box-${n}`);

interface Box {
  readonly pid: number;
  readonly address: string;
}

/** What `tslab run -d` does, but for the start of node: a container with a server. */
async function startBox(name: string): Promise<Box> {
  const server = ['busybox', 'busybox', 'httpd', '-f', '-p', '80'];
  const { config } = createFrom(parseRun({ name, detach: true, network: ['bridge'] }, server, readEnvironment()));
  await startDetached(config.id);
  const { init, links = [] } = findContainer(name).state;
  return { pid: init.pid, address: links[0]?.address ?? '' };
}

/** Does something in the network namespace of a container. This thread may go there and back, as long as nothing is awaited between. */
function insideBox<T>({ pid }: Box, work: () => T): T {
  const [here, there] = ['self', pid].map((name) => openSync(`/proc/${name}/ns/net`, 'r')) as [number, number];
  call(setns(there, CLONE_NEWNET));
  try {
    return work();
  } finally {
    call(setns(here, CLONE_NEWNET));
    for (const fd of [here, there]) closeSync(fd);
  }
}

/** Closed, the connection is reset at once (socket(7)): a busy server would still say goodbye when its neighbour is forgotten. */
const SO_LINGER = { level: named('SOL_SOCKET', 1), name: named('SO_LINGER', 13) };

/** `open` where the server of a container takes a connection. The thread waits, so no server of this process could. */
function reached({ address }: Box): string {
  const fd = call(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC));
  try {
    call(setsockopt(fd, SO_SNDTIMEO, timeval(8)));
    call(setsockopt(fd, SO_LINGER, bytes(new Uint8Array(new Int32Array([1, 0]).buffer), '{1, 0}')));
    call(connect(fd, internetAddress(address, 80)));
    return 'open';
  } catch (error) {
    if (error instanceof SyscallError) return error.errno;
    throw error;
  } finally {
    call(close(fd));
  }
}

/** A container's number, and those that it talks with in one turn: the others at a distance, in a circle. */
function partners(i: number, distance: number): number[] {
  return [(i + distance) % MANY, (i - distance + MANY) % MANY];
}

/**
 * Distances that are one turn together. Neighbours of all network namespaces are in one table of the kernel's, of 1024 by default, and those in use
 * stay there for half a minute: all pairs are 2,450. A distance takes 100; behind each turn all are forgotten.
 */
const TURNS = [1, 6, 11, 16, 21].map((first) => Array.from({ length: 5 }, (_, n) => first + n));

/** Pairs that do not reach each other, of 2,450. */
function unreached(boxes: readonly Box[]): string[] {
  return TURNS.flatMap((distances) => {
    const others = boxes.map((_, i) => [...new Set(distances.flatMap((distance) => partners(i, distance)))]);
    const found = boxes.flatMap((box, i) =>
      insideBox(box, () => others[i]?.flatMap((n) => told(i, n, reached(boxes[n] as Box)))),
    );
    boxes.forEach((box, i) => {
      forget(box, others[i]?.map((n) => boxes[n] as Box) ?? []);
    });
    return found.filter((one) => one !== undefined);
  });
}

function told(from: number, to: number, what: string): string[] {
  return what === 'open' ? [] : [`${from} → ${to}: ${what}`];
}

const RTM_DELNEIGH = 29;

function forget(box: Box, others: readonly Box[]): void {
  insideBox(box, () => {
    using route = new NetlinkSocket(NETLINK_ROUTE);
    for (const { address } of others) {
      const known = newNeighbour({ index: ETH0, address, mac: macOf(address) });
      unlessGone(() => route.request({ ...known, type: RTM_DELNEIGH, flags: 0 }));
    }
  });
}

/** With half of its room taken, the kernel forgets by itself those that it has not heard of for five seconds. */
function unlessGone(forgetOne: () => void): void {
  try {
    forgetOne();
  } catch (error) {
    if (!(error instanceof SyscallError && error.errno === 'ENOENT')) throw error;
  }
}

describe('fifty containers in a network at once', () => {
  it('talk each with each, and leave no link, no table and no address', async () => {
    const boxes = await Promise.all(NAMES.map(startBox));
    expect(new Set(boxes.map(({ address }) => address)).size).toBe(MANY);
    expect(unreached(boxes)).toEqual([]);
    output('rm', '-f', ...NAMES);
    await expect.poll(() => sh('ip -br link')).not.toContain('ts');
    expect(sh('nft list tables')).toBe('');
    expect(endpointsOf(defaultNetwork())).toEqual([]);
  }, 300_000);
});
