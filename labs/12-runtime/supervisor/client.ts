import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../../src/kernel/user-error.js';
import { logPath, type Reply, type Request, socketPath } from './protocol.js';

/** How long a new supervisor may take to listen, in milliseconds. */
const PATIENCE = 10_000;

/** Asks the supervisor, which is started where there is none. */
export async function askSupervisor(request: Request): Promise<Reply> {
  const deadline = Date.now() + PATIENCE;
  let spawned = false;
  while (Date.now() < deadline) {
    const reply = await ask(request);
    if (reply) return reply;
    if (!spawned) startSupervisor();
    spawned = true;
    await delay(10);
  }
  throw new UserError(`The supervisor does not answer on ${socketPath()}.`, 3, `Its messages are in ${logPath()}.`);
}

/** Undefined where nobody listens, or the supervisor left before it answered. */
async function ask(request: Request): Promise<Reply | undefined> {
  const socket = await open(socketPath());
  if (!socket) return undefined;
  try {
    socket.write(`${JSON.stringify(request)}\n`);
    for await (const line of createInterface({ input: socket })) return JSON.parse(line) as Reply;
    return undefined;
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

async function open(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}

/** A process of its own session, so that neither Ctrl-C nor the end of this terminal reaches it. */
function startSupervisor(): void {
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const log = openSync(logPath(), 'a', 0o600);
  spawn(process.execPath, [main], { detached: true, stdio: ['ignore', log, log], cwd: '/' }).unref();
}
