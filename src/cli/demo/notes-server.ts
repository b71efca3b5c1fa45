import { closeSync, constants, existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { runDirectory } from '../../state/directories.js';
import { forget, ownName, remember } from '../../state/ledger/ledger.js';
import type { Note } from '../../view/demo/notes/note.js';
import { warn } from '../leftovers.js';

/** The last line of a demo that ends as it should. */
export const FAREWELL = '{"over":true}';

/** Tells the notes of a demo to whoever asks: a socket in the run directory, for this user alone. */
export class NotesServer {
  readonly #path: string;
  readonly #directory: number;
  readonly #server: Server;
  readonly #listeners = new Set<Socket>();
  #last = '';

  constructor(lab: string) {
    const directory = runDirectory();
    this.#path = join(directory, socketName(lab, ownName()));
    remember('directory', this.#path);
    // The address of a socket has at most 107 bytes (unix(7)); a path through a descriptor has few, wherever it leads.
    this.#directory = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
    this.#server = createServer((socket) => this.#welcome(socket));
    this.#listen(`/proc/self/fd/${this.#directory}/.${socketName(lab, ownName())}`);
  }

  /** Tells them what has changed. */
  publish(note: Note): void {
    const line = `${JSON.stringify(note)}\n`;
    if (line === this.#last) return;
    this.#last = line;
    for (const socket of this.#listeners) socket.write(line);
  }

  /** Says goodbye, and leaves nothing behind. */
  close(): void {
    for (const socket of this.#listeners) socket.end(`${FAREWELL}\n`);
    this.#server.close();
    rmSync(this.#path, { force: true });
    closeSync(this.#directory);
    forget('directory', this.#path);
  }

  /**
   * Under a name that nobody looks for, until it answers. bind(2) and listen(2) happen here and now, so the mask is this
   * socket's. Where there can be no socket (the shared folder of a virtual machine) the demo goes on without notes.
   */
  #listen(address: string): void {
    const mask = process.umask(0o177);
    this.#server.on('error', () => {}).listen(address);
    process.umask(mask);
    if (existsSync(address)) renameSync(address, this.#path);
    else warn(`no socket can be made for the notes: ${this.#path}`);
    // A listener that has nothing to do is no reason to stay.
    this.#server.unref();
  }

  #welcome(socket: Socket): void {
    this.#listeners.add(socket);
    socket.on('error', () => {}).on('close', () => this.#listeners.delete(socket));
    socket.write(this.#last);
  }
}

/** The name of a demo's socket: which lab, and whose. */
export function socketName(lab: string, owner: string): string {
  return `demo-${lab}-${owner}.sock`;
}

/** Whether this is the socket of a demo: of this lab, where one is named. */
export function isDemoSocket(name: string, lab: string | undefined): boolean {
  return /^demo-.*\.sock$/.test(name) && (lab === undefined || name.startsWith(`demo-${lab}-`));
}

/** What a line of a demo says; undefined for the farewell. */
export function parseNote(line: string): Note | undefined {
  return line === FAREWELL ? undefined : (JSON.parse(line) as Note);
}
