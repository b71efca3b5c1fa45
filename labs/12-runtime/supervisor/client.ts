import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { readContainer } from '../../../src/container/store.js';
import { UserError } from '../../../src/kernel/user-error.js';
import { StartFailure } from '../failure.js';
import type { Hand } from '../trace.js';
import { logPath, parseReply, type Reply, type Request, socketPath, withSocketPath } from './protocol.js';
import { Starter } from './starter.js';

/** How long a new supervisor may take to listen, in milliseconds. */
const PATIENCE = 10_000;

/** Starts a created container in the background; `hand` gets the system calls of the start. Throws StartFailure where that fails. */
export async function startDetached(id: string, hand?: Hand): Promise<void> {
  const reply = await askSupervisor({ op: 'start', id, trace: hand !== undefined });
  hand?.(reply.calls ?? []);
  if (!reply.ok) throw new StartFailure(reply.message, reply.status, []);
}

/** Asks the supervisor, which is started where there is none. */
export async function askSupervisor(request: Request): Promise<Reply> {
  using starter = new Starter();
  for (const deadline = Date.now() + PATIENCE; Date.now() < deadline; await delay(5)) {
    const reply = await ask(isDoneAlready(request) ? { op: 'adopt' } : request);
    if (reply) return reply;
    starter.startUnlessStarting();
  }
  throw new UserError(`The supervisor does not answer on ${socketPath()}.`, 3, `Its messages are in ${logPath()}.`);
}

/** A supervisor that was killed may have done it first, and not have come to say so. */
function isDoneAlready(request: Request): boolean {
  return request.op === 'start' && readContainer(request.id)?.state.status === 'running';
}

/** Undefined where nobody listens, or the supervisor left before it answered. */
async function ask(request: Request): Promise<Reply | undefined> {
  const socket = await open();
  if (!socket) return undefined;
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) return parseReply(line);
    return undefined;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

async function open(): Promise<Socket | undefined> {
  const socket = withSocketPath((path) => connect(path));
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}
