import { on, once } from 'node:events';
import { closeSync, constants, openSync, readdirSync, statSync, watch } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { runDirectory } from '../../state/directories.js';
import { isDemoSocket } from './notes-server.js';

/** Connects to the newest demo, of this lab where one is named; where there is none, waits for it. Throws when it is aborted. */
export async function findDemo(lab: string | undefined, aborted: AbortSignal): Promise<Socket> {
  const directory = runDirectory();
  // From before the first look, so that no demo is missed between a look and a wait.
  const watcher = watch(directory);
  const changes = on(watcher, 'change', { signal: aborted });
  try {
    for (;;) {
      const socket = await connectToNewest(directory, lab);
      if (socket) return socket;
      await changes.next();
    }
  } finally {
    watcher.close();
  }
}

async function connectToNewest(directory: string, lab: string | undefined): Promise<Socket | undefined> {
  for (const name of demosIn(directory, lab)) {
    const socket = await connectTo(directory, name);
    if (socket) return socket;
  }
  return undefined;
}

/** Names of sockets, the newest first. */
function demosIn(directory: string, lab: string | undefined): string[] {
  const names = readdirSync(directory).filter((name) => isDemoSocket(name, lab));
  const born = (name: string) => statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return names
    .map((name) => ({ name, at: born(name) }))
    .sort((a, b) => b.at - a.at)
    .map(({ name }) => name);
}

/** Undefined where nobody answers: a demo that was killed leaves its socket until the next sweep. */
async function connectTo(directory: string, name: string): Promise<Socket | undefined> {
  const fd = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  const socket = connect(`/proc/self/fd/${fd}/${name}`);
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    socket.destroy();
    return undefined;
  } finally {
    closeSync(fd);
  }
}
