import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const KEEP = resolve('scripts/keep-used-code.cjs');

/**
 * Of each file that `tslab run --rm busybox true` loads, with the default network where that can be had, by its path: the compiled code of the functions that it calls. It is less than
 * half of all, and the others V8 compiles when they are called. Nothing where this machine or user cannot run a container.
 */
export function codeThatRunUses(tslab: string): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tslab-build-'));
  try {
    return runs(tslab, folder) ? readCode(join(folder, 'code'), dirname(tslab)) : new Map();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without NODE_OPTIONS and NODE_V8_COVERAGE, with which V8 compiles otherwise. */
function runs(tslab: string, folder: string): boolean {
  const env = { PATH: process.env.PATH, TSLAB_STATE: join(folder, 'state'), TSLAB_USED_CODE: join(folder, 'code') };
  const node = [process.execPath, '--require', KEEP, tslab];
  const options = { env, stdio: 'ignore', timeout: 20_000 } as const;
  // A bridge is made in a network namespace that goes with it.
  const inBridge = ['unshare', '-n', ...node, 'run', '--rm', '--network', 'bridge', 'busybox', 'true'];
  const alone = [...node, 'run', '--rm', '--network', 'none', 'busybox', 'true'];
  const [program = '', ...words] = process.geteuid?.() === 0 ? inBridge : alone;
  return spawnSync(program, words, options).status === 0;
}

function readCode(folder: string, bin: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [join(bin, name), readFileSync(join(folder, name))]));
}
