import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer } from './judge.js';

/** Seconds after which a command is killed: 124 is then its status. */
const LIMIT = '20';

/** What docker's client says where it would ask the daemon. */
const NO_DAEMON = /Cannot connect to the Docker daemon|error during connect/;

/** One program that answers to the name `docker`, with a directory of its own. */
export class Side {
  readonly #work: string;
  readonly #enter: (words: readonly string[]) => string[];
  readonly #clean: string;

  /** `program` is a line of sh that ends in "$@"; `clean` removes all containers and volumes. */
  constructor(
    work: string,
    enter: (words: readonly string[]) => string[],
    { program, clean }: Record<'program' | 'clean', string>,
  ) {
    this.#work = work;
    this.#enter = enter;
    this.#clean = clean;
    mkdirSync(join(work, 'bin'), { recursive: true });
    writeFileSync(join(work, 'bin/docker'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  }

  /** An empty directory to work in. */
  begin(): void {
    rmSync(this.#here, { recursive: true, force: true });
    mkdirSync(this.#here);
  }

  /** Undefined where the program would have asked a daemon. Files take the output, which a program that goes on could hold. */
  async run(line: string): Promise<Answer | undefined> {
    const [out, err] = ['out', 'err'].map((name) => join(this.#work, name)) as [string, string];
    const files = [out, err].map((path) => openSync(path, 'w'));
    const script = `cd ${this.#here} && PATH=${this.#work}/bin:$PATH && ${line}`;
    const [program = '', ...words] = this.#enter(['timeout', '-k', '1', LIMIT, 'sh', '-c', script]);
    const [status] = await once(spawn(program, words, { stdio: ['ignore', ...files] }), 'exit');
    for (const file of files) closeSync(file);
    if (status === null) throw new Error(`${line}: killed`); // as everything inside is after Ctrl-C
    const [stdout, stderr] = [out, err].map((path) => this.#told(path)) as [string, string];
    return NO_DAEMON.test(stderr) ? undefined : { status, stdout, stderr };
  }

  async clean(): Promise<void> {
    await this.run(this.#clean);
  }

  get #here(): string {
    return join(this.#work, 'here');
  }

  /** Without what shows whose directory it is. */
  #told(path: string): string {
    return readFileSync(path, 'utf8').replaceAll(this.#work, '/work');
  }
}
