import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { listContainers } from '../../../src/container/store/find.js';
import { deleteContainer } from '../../../src/container/store/store.js';
import { freeRange } from '../../../src/container/users/id-ranges.js';
import { randomNumbers } from '../../support/random.js';
import { output, useOwnState } from '../runtime-info/containers.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** How many processes are killed: `TSLAB_KILLS=1000` for a thorough run. */
const KILLS = Number(process.env.TSLAB_KILLS ?? 60);
const AT_ONCE = 4;
const WANTED = { mode: 'auto', size: 65_536 };

/** Makes containers with a range each, and removes all but every eighth, until it is killed; the first is there before that. */
const url = (path: string) => JSON.stringify(pathToFileURL(`dist/${path}.js`).href);
const ENDLESSLY = `
import { randomBytes } from 'node:crypto';
import { findContainer } from ${url('src/container/store/find')};
import { leftCreated } from ${url('src/container/state')};
import { createContainer, deleteContainer, updateState } from ${url('src/container/store/store')};
import { withRange } from ${url('src/container/users/id-ranges')};
const { config } = findContainer('base');
for (let made = 0; ; made++) {
  const id = randomBytes(32).toString('hex');
  const create = (userns) => createContainer({ ...config, id, name: 'made-' + id.slice(0, 12), userns });
  const container = withRange(${JSON.stringify(WANTED)}, create);
  updateState(id, leftCreated);
  if (made === 0) console.log('made');
  if (made % 8 !== 0) deleteContainer(container);
}`;

async function killedAfter(milliseconds: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', ENDLESSLY], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  setTimeout(() => child.kill('SIGKILL'), milliseconds);
  expect((await ended)[1]).toBe('SIGKILL');
}

describe.skipIf(!isRoot)('ranges of ids (skipped without root)', () => {
  it(
    'are given to one container each, and back with it, however many processes are killed on the way',
    async () => {
      const first = freeRange(WANTED);
      output('create', '--name', 'base', 'busybox', 'true');
      const random = randomNumbers(13);
      const worker = async () => {
        for (let i = 0; i < KILLS / AT_ONCE; i++) await killedAfter(random() * 60);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      const made = listContainers(() => {}).filter(({ config }) => config.userns);
      const begins = made.map(({ config }) => config.userns?.uid);
      expect(made.length).toBeGreaterThan(KILLS / 4);
      expect(new Set(begins).size).toBe(made.length);
      for (const container of made) deleteContainer(container);
      expect(freeRange(WANTED)).toEqual(first);
    },
    KILLS * 10_000,
  );
});
