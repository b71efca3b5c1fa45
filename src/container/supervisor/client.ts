import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../../kernel/errors/user-error.js';
import { StartFailure } from '../start/failure.js';
import type { OnCalls } from '../start/trace.js';
import { isRunning } from '../state.js';
import { readContainer } from '../store/store.js';
import { logPath, parseReply, type Reply, type Request, socketPath, withSocketPath } from './protocol.js';
import { Spawner } from './spawn.js';

/** The pause between two attempts, in milliseconds: at first, and on a slow machine. */
const [SOON, LATER] = [5, 100];

/** Starts a created container in the background; `onCalls` gets the system calls of the start. Throws StartFailure where that fails. */
export async function startDetached(id: string, onCalls?: OnCalls): Promise<void> {
  const reply = await askSupervisor({ op: 'start', id, trace: onCalls !== undefined });
  onCalls?.(reply.calls ?? []);
  if (!reply.ok) throw new StartFailure(reply.message, reply.status, reply.remedy);
}

/** Asks the supervisor, and starts one where there is none. Waits for its answer as long as it lives. */
export async function askSupervisor(request: Request): Promise<Reply> {
  using spawner = new Spawner();
  for (let wait = SOON; spawner.isHopeful(); wait = Math.min(wait * 1.1, LATER)) {
    const reply = await ask(isDoneAlready(request) ? { op: 'adopt' } : request);
    if (reply) return reply;
    spawner.startUnlessStarting();
    await delay(wait);
  }
  const message = `The supervisor ends before it listens on ${socketPath()}${spawner.lastEnd()}.`;
  throw new UserError(message, 3, `Its messages are in ${logPath()}.`);
}

/** A supervisor that was killed may have done it before, without an answer. */
function isDoneAlready(request: Request): boolean {
  const container = request.op === 'start' ? readContainer(request.id) : undefined;
  return container !== undefined && isRunning(container.state);
}

/** Undefined where no supervisor listens, or it ended before it answered. */
async function ask(request: Request): Promise<Reply | undefined> {
  const line = await lineFrom(request);
  try {
    return line === undefined ? undefined : parseReply(line);
  } catch {
    const message = `The supervisor of another tslab listens on ${socketPath()}, and answers ${line?.slice(0, 100)}`;
    throw new UserError(message, 3, 'It ends with the last container that it keeps; until then use that tslab.');
  }
}

async function lineFrom(request: Request): Promise<string | undefined> {
  const socket = await open();
  if (!socket) return undefined;
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) return line;
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
