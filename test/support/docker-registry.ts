import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';

/** Beside where it keeps things and listens: `auth`, and of `http` `tls`. */
export interface RegistrySettings {
  readonly auth?: object;
  readonly tls?: { readonly certificate: string; readonly key: string };
}

/** Debian's registry, which is Docker's, with its files below a directory. Whoever starts it ends it. */
export class DockerRegistry implements AsyncDisposable {
  readonly host: string;
  readonly #server: ReturnType<typeof spawn>;

  static async start(directory: string, { auth, tls }: RegistrySettings = {}): Promise<DockerRegistry> {
    const port = await freePort();
    const [rootdirectory, file] = [join(directory, 'registry'), join(directory, 'config.yml')];
    mkdirSync(rootdirectory);
    const http = { addr: `127.0.0.1:${port}`, ...(tls && { tls }) };
    const storage = { filesystem: { rootdirectory } };
    writeFileSync(
      file,
      JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http, ...(auth && { auth }) }),
    );
    const registry = new DockerRegistry(port, file);
    while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20));
    return registry;
  }

  private constructor(port: number, file: string) {
    this.host = `127.0.0.1:${port}`;
    this.#server = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#server, 'exit');
    this.#server.kill('SIGKILL');
    await ended;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket
      .on('connect', () => resolve(true))
      .on('error', () => resolve(false))
      .on('connect', () => socket.destroy());
  });
}
