import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The oldest that is supported, one with the same V8, and the next two lines. */
const VERSIONS = ['20.19.0', '20.20.0', '22', '24'];

let found: readonly string[] | undefined;
let directory = '';

/** Removes them. A process of vitest is killed in the end: it does nothing at its exit. */
export function removeOtherNodes(): void {
  if (directory !== '') rmSync(directory, { recursive: true });
}

/** Programs of other versions of node, from npm, in a directory that goes with {@link removeOtherNodes}; undefined without npm. */
export function otherNodes(): readonly string[] | undefined {
  found ??= install();
  return found.length > 0 ? found : undefined;
}

function install(): string[] {
  directory = mkdtempSync(join(tmpdir(), 'tslab-nodes-'));
  // What the package `node` would install by a script.
  const packages = VERSIONS.map((version) => `node-${version}@npm:node-linux-${process.arch}@${version}`);
  const words = ['install', '--prefix', directory, '--no-audit', '--no-fund', ...packages];
  // The kernel tests have a network of their own, with nobody in it (leave-network.ts).
  const network = process.env.TSLAB_TEST_NETWORK;
  const inside = network === undefined ? [] : ['nsenter', `--net=${network}`];
  const [program = '', ...all] = [...inside, 'npm', ...words];
  spawnSync(program, all, { cwd: directory, stdio: 'ignore', timeout: 300_000 });
  const nodes = VERSIONS.map((version) => join(directory, 'node_modules', `node-${version}`, 'bin/node'));
  return nodes.every((node) => spawnSync(node, ['--version']).status === 0) ? nodes : [];
}
