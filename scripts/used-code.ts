import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

const KEEP = resolve('scripts/keep-used-code.cjs');

/** An image of so many layers is mounted in another way than busybox: their names do not fit into a page. */
const LAYERS = 50;

/**
 * Of each file that `tslab run --rm busybox true` loads, and the same of an image, with the default network where that can be had, by its path: the
 * compiled code of the functions that they call. It is less than half of all, and the others V8 compiles when they are called. Nothing where this
 * machine or user cannot run a container.
 */
export function codeThatRunUses(tslab: string): Map<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tslab-build-'));
  try {
    if (!runs(tslab, folder, 'busybox')) return new Map();
    if (makesImage(tslab, folder)) runs(tslab, folder, 'image');
    return readCode(join(folder, 'code'), dirname(tslab));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without NODE_OPTIONS and NODE_V8_COVERAGE, with which V8 compiles otherwise. */
function runs(tslab: string, folder: string, image: string): boolean {
  const node = [process.execPath, '--require', KEEP, tslab];
  // A bridge is made in a network namespace that goes with it.
  const inBridge = ['unshare', '-n', ...node, 'run', '--rm', '--network', 'bridge', image, 'true'];
  const alone = [...node, 'run', '--rm', '--network', 'none', image, 'true'];
  const [program = '', ...words] = process.geteuid?.() === 0 ? inBridge : alone;
  return succeeds(folder, program, words);
}

function makesImage(tslab: string, folder: string): boolean {
  const context = join(folder, 'context');
  mkdirSync(context);
  writeFileSync(join(context, 'Dockerfile'), `FROM busybox\n${'COPY Dockerfile /\n'.repeat(LAYERS)}`);
  return succeeds(folder, process.execPath, [tslab, 'build', '-t', 'image', context]);
}

function succeeds(folder: string, program: string, words: readonly string[]): boolean {
  const env = { PATH: process.env.PATH, TSLAB_STATE: join(folder, 'state'), TSLAB_USED_CODE: join(folder, 'code') };
  return spawnSync(program, words, { env, stdio: 'ignore', timeout: 20_000 }).status === 0;
}

function readCode(folder: string, bin: string): Map<string, Buffer> {
  return new Map(readdirSync(folder).map((name) => [join(bin, name), readFileSync(join(folder, name))]));
}
