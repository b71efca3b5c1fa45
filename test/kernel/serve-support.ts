import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect } from 'vitest';
import { readProc } from '../../src/procfs/proc.js';
import type { RunMessage, RunRequest } from '../../src/web/messages.js';
import { childrenOf } from '../support/leftovers.js';
import { TSLAB } from './tslab.js';

/** `tslab serve` while it runs. */
export class Served {
  /** What it printed: the address with the token. */
  readonly url: URL;
  /** What a browser has from there: it shows pages. */
  cookie = '';
  readonly #child: ReturnType<typeof spawn>;

  constructor(child: ReturnType<typeof spawn>, url: string) {
    this.#child = child;
    this.url = new URL(url);
  }

  get origin(): string {
    return this.url.origin;
  }

  /** What a page has from there: it runs labs. */
  get authorization(): string {
    return `Bearer ${this.url.searchParams.get('token')}`;
  }

  async enter(): Promise<this> {
    const { headers } = await this.send('GET', `/${this.url.search}`);
    this.cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return this;
  }

  /** The processes of the runs that go on. */
  get runs(): number[] {
    return childrenOf(this.#child.pid as number);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** As Ctrl-C at a terminal: to all that its process group has. */
  interrupt(): void {
    process.kill(-(this.#child.pid as number), 'SIGINT');
  }

  /** The exit status; null where a signal ended it. */
  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** One request, as it is: no cookie, no Origin unless they are given. */
  send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<IncomingMessage> {
    const sent = request({ host: this.url.hostname, port: this.url.port, path, method, headers });
    sent.end(body);
    return once(sent, 'response').then(([response]) => response);
  }

  /** A request of a page that has been let in. */
  ask(method: string, path: string, body?: unknown): Promise<IncomingMessage> {
    const { cookie, authorization, origin } = this;
    const headers = { cookie, authorization, origin, 'content-type': 'application/json' };
    return this.send(method, path, headers, body === undefined ? '' : JSON.stringify(body));
  }

  /** The same, from a page that goes away as soon as it has asked. */
  async askAndLeave(path: string, body: unknown): Promise<void> {
    const headers = { authorization: this.authorization, origin: this.origin };
    const sent = request({ host: this.url.hostname, port: this.url.port, path, method: 'POST', headers });
    sent.on('error', () => {});
    await new Promise<void>((resolve) => sent.end(JSON.stringify(body), resolve));
    sent.destroy();
  }

  /** A run of a lab, as a page follows it. */
  async run(lab: string, more: Partial<RunRequest> = {}): Promise<Followed> {
    return new Followed(await this.ask('POST', '/runs', { lab, language: 'en', ...more }));
  }
}

/** The answer to a wish, message by message. */
export class Followed {
  readonly #response: IncomingMessage;
  readonly #lines: AsyncIterator<string>;
  readonly told: RunMessage[] = [];

  constructor(response: IncomingMessage) {
    this.#response = response;
    // Where the server dies, the test looks at what is left.
    response.on('error', () => {});
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]();
  }

  /** Reads on until a message holds; throws where none does. */
  async until(holds: (message: RunMessage) => boolean): Promise<RunMessage> {
    for (;;) {
      const { done, value } = await this.#lines.next();
      if (done) throw new Error(`the answer ended with ${JSON.stringify(this.told.at(-1))}`);
      const message = JSON.parse(value) as RunMessage;
      this.told.push(message);
      if (holds(message)) return message;
    }
  }

  /** The lab is in this step. */
  untilStep(step: string): Promise<RunMessage> {
    return this.until((message) => message.type === 'fragment' && message.kind === 'step' && message.step === step);
  }

  /** The last message. */
  end(): Promise<RunMessage> {
    return this.until(({ type }) => type === 'ended' || type === 'refused');
  }

  /** The name of the run. */
  get id(): string {
    return this.told.flatMap((message) => ('run' in message ? [message.run] : []))[0] ?? '';
  }

  /** The page goes away. */
  close(): void {
    this.#response.destroy();
  }
}

/** Starts a server in a process group and a state directory of its own. */
export async function startServer(
  state: string,
  words: readonly string[] = [],
  more: NodeJS.ProcessEnv = {},
): Promise<Served> {
  const { NO_COLOR, TSLAB_LANG, ...env } = process.env;
  const child = spawn(process.execPath, [TSLAB, 'serve', '--port', '0', '--json', ...words], {
    env: { ...env, LANG: 'C.UTF-8', TSLAB_STATE: state, ...more },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return await new Served(child, JSON.parse(line).url).enter();
}

/** A server for the tests of a file. It is ended after them, and must not leave anything running. */
export function useServer(): { server: Served; state: string } {
  const used = { state: mkdtempSync(join(tmpdir(), 'tslab-serve-')) } as { server: Served; state: string };
  beforeAll(async () => {
    used.server = await startServer(used.state);
  });
  afterAll(async () => {
    used.server.kill('SIGTERM');
    expect(await used.server.ended()).toBe(143);
    rmSync(used.state, { recursive: true });
  });
  return used;
}

/** Status, headers and text of an answer. */
export async function whole(response: IncomingMessage) {
  return { status: response.statusCode, headers: response.headers, text: await text(response) };
}

/** The process of a run, and its children wherever they are: each run is a session, which its containers do not leave. */
export function processesOf(run: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => sessionOf(pid) === run);
}

/** Field 6 of /proc/PID/stat, behind the name, which may have spaces and brackets: proc_pid_stat(5). */
function sessionOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  return stat ? Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]) : undefined;
}
