import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { readContainer } from '../../../src/container/store.js';
import { UserError } from '../../../src/kernel/user-error.js';
import { launch, type Running } from '../launch.js';

/** Starts a container whose output goes straight into its log files: nobody stands between, so nobody's death loses a line. */
export function launchDetached(id: string): Running {
  const container = readContainer(id);
  if (!container) throw new UserError(`No such container: ${id.slice(0, 12)}`, 2);
  const logs = ['stdout.log', 'stderr.log'].map((name) => openSync(join(container.directory, name), 'a', 0o600));
  const [stdout, stderr] = logs as [number, number];
  try {
    return launch(id, { stdio: ['null', stdout, stderr] });
  } finally {
    for (const fd of logs) closeSync(fd);
  }
}
