import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { librariesOf } from '../../src/rootfs/libraries.js';
import { ensureRootfs } from '../../src/rootfs/rootfs.js';

/** A root filesystem with busybox, node and the libraries that node needs, and a program in /app. */
export function imageWithNode(directory: string, program: string): void {
  execFileSync('cp', ['-a', `${ensureRootfs().path}/.`, directory]);
  for (const file of [process.execPath, ...(librariesOf(process.execPath) ?? [])]) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    // A link of a library is there by the name that the loader asks for.
    execFileSync('cp', ['-L', file, join(directory, file)]);
  }
  mkdirSync(join(directory, 'app'));
  writeFileSync(join(directory, 'app/server.js'), program);
}
