import { execFile } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { until } from '../kernel/runtime-info/containers.js';
import { bareEnvironment, TSLAB } from '../kernel/tslab.js';
import { needs, ORDINARY_USER } from './needs.js';

/** The lines of a /etc/subuid that give an ordinary user 65,536 ids. */
export const MANY_IDS = 'nobody:200000:65536\n';

/** An ordinary user with a home, where TSLAB_STATE is as well. Only root can be another: tests with one need it. */
export class UserWithIds implements Disposable {
  readonly home = mkdtempSync(join(tmpdir(), 'tslab-ids-'));
  readonly #range: string;

  /** `range`: what /etc/subuid and /etc/subgid say, in a mount namespace of their own. */
  constructor(test: TestContext, range: string) {
    for (const feature of ['root', 'newuidmap', 'node and tslab where every user may read'] as const)
      needs(test, feature);
    needs(test, 'user namespaces for ordinary users');
    const { uid = 0, gid = 0 } = ORDINARY_USER;
    chownSync(this.home, uid, gid);
    this.#range = range;
  }

  /** Runs a script of bash in which `tslab` is the program, in the user's home; `before` runs as root in the same mount namespace. */
  async run(script: string, before = 'true'): Promise<{ status: number; stdout: string; stderr: string }> {
    const given = this.file('subids', this.#range);
    const file = this.file('script', `cd; tslab() { '${process.execPath}' '${TSLAB}' "$@"; }\n${script}`);
    const mounts = ['/etc/subuid', '/etc/subgid'].map((path) => `mount --bind ${given} ${path}`);
    const { uid, gid } = ORDINARY_USER;
    const user = `exec setpriv --reuid ${uid} --regid ${gid} --clear-groups bash ${file}`;
    const env = { ...bareEnvironment(), TSLAB_STATE: join(this.home, 'state'), HOME: this.home };
    const words = ['-m', 'sh', '-c', [...mounts, before, user].join(' && ')];
    const ended = new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
      execFile('unshare', words, { encoding: 'utf8', env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
        resolve({ status: Number(error?.code ?? 0), stdout: stdout.trim(), stderr: stderr.trim() }),
      );
    });
    // A supervisor on its way out would make its directory anew.
    return await ended.finally(() => until(() => !existsSync(join(this.home, 'state/run/supervisor.sock'))));
  }

  /** Writes a file that the user may read. Its path. */
  file(name: string, content: string | Buffer): string {
    const path = join(this.home, name);
    writeFileSync(path, content);
    chmodSync(path, 0o644);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true });
  }
}
