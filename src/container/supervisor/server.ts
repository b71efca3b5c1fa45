import { rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { UserError } from '../../kernel/errors/user-error.js';
import { machineTrouble } from '../../state/not-writable.js';
import { StartFailure } from '../start/failure.js';
import { traced } from '../start/trace.js';
import { becomeTheOnlyOne, type Term } from './only-one.js';
import { parseRequest, type Reply, socketPath, withSocketPath } from './protocol.js';
import { Supervisor } from './supervisor.js';

/** How long it waits with nothing to do, in milliseconds: the next command may come soon. */
const PATIENCE = 500;

/**
 * The supervisor: parent of all detached containers. It reads nothing that they print, so it may die and be replaced. It ends
 * when it has nothing left to do.
 */
export function supervise(): void {
  const term = becomeTheOnlyOne();
  if (!term) return;
  const supervisor = new Supervisor();
  const socket = socketPath();
  const server = listen(supervisor, socket);
  supervisor.adoptAll();
  if (term.isRestart) supervisor.startAnew();
  let idleSince = Date.now();
  setInterval(() => {
    if (supervisor.busy) idleSince = Date.now();
    else if (Date.now() - idleSince > PATIENCE) leave(server, socket, term);
  }, PATIENCE / 2);
}

function listen(supervisor: Supervisor, socket: string): Server {
  rmSync(socket, { recursive: true, force: true });
  const before = process.umask(0o177);
  const server = withSocketPath((path) => createServer((client) => serve(client, supervisor)).listen(path));
  process.umask(before);
  server.on('error', (error) => {
    throw error;
  });
  return server;
}

/**
 * A client that connects from now on finds no socket, and starts the next supervisor, which waits for our lock. Whoever has removed the state
 * directory meanwhile does not get it back: that is what socketPath() would do.
 */
function leave(server: Server, socket: string, term: Term): void {
  server.close();
  try {
    term.end();
    rmSync(socket, { force: true });
  } catch {
    // The file system has become read-only. Nothing listens on the socket any more, which has the same effect.
  }
  process.exit(0);
}

function serve(client: Socket, supervisor: Supervisor): void {
  const lines = createInterface({ input: client });
  // A client that was killed meanwhile reads no answer (EPIPE): readline passes that on, and without a listener it would end this process.
  for (const one of [client, lines]) one.on('error', () => client.destroy());
  lines.on('line', (line) => {
    client.write(`${JSON.stringify(answer(line, supervisor))}\n`);
  });
}

function answer(line: string, supervisor: Supervisor): Reply {
  let calls: Reply['calls'];
  const reply = refusedOr(() => {
    const request = parseRequest(line);
    if (request.op === 'adopt') return supervisor.adoptAll();
    const onCalls = request.trace ? (made: typeof calls) => (calls = made) : undefined;
    traced(() => supervisor.start(request.id), onCalls);
  });
  return { ...reply, ...(calls && { calls }) };
}

function refusedOr(work: () => void): Reply {
  try {
    work();
    return { ok: true };
  } catch (caught) {
    const error = machineTrouble(caught) ?? caught;
    const status = error instanceof StartFailure ? error.status : 125;
    const remedy = error instanceof UserError || error instanceof StartFailure ? error.remedy : undefined;
    return { ok: false, message: (error as Error).message, status, ...(remedy && { remedy }) };
  }
}
