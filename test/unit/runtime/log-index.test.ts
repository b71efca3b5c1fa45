import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatMark, readLogIndex } from '../../../src/container/logs/index.js';
import { LogIndex } from '../../../src/container/logs/index-writer.js';
import { stateDirectory } from '../../../src/state/directories.js';

const before = process.env.TSLAB_STATE;
let state = '';
let directory = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-index-'));
  process.env.TSLAB_STATE = state;
  directory = join(stateDirectory('containers'), 'one');
  mkdirSync(directory);
});
afterEach(() => {
  process.env.TSLAB_STATE = before;
  if (before === undefined) delete process.env.TSLAB_STATE;
  rmSync(state, { recursive: true });
});

/** Looks at the logs of the container once. */
function lookOnce(): void {
  const index = new LogIndex();
  index.add('one');
  index.remove('one');
}

describe('the index of a log', () => {
  it('never takes more than 4 MiB, whatever it was before; what is newest stays exact', () => {
    const path = join(directory, 'log.index');
    const marks = Array.from({ length: 200_000 }, (_, i) => ({
      time: i,
      stdout: i,
      stderr: i,
      last: 'stderr' as const,
    }));
    writeFileSync(path, marks.map(formatMark).join(''));
    expect(statSync(path).size).toBeGreaterThan(8_000_000);
    writeFileSync(join(directory, 'stdout.log'), 'x'.repeat(300_000));
    lookOnce();
    expect(statSync(path).size).toBeLessThan(4_194_305);
    const left = readLogIndex(directory);
    expect(left.at(-1)).toMatchObject({ stdout: 300_000 });
    expect(left.slice(-20_001, -1)).toEqual(marks.slice(-20_000));
    expect(left[0]?.time).toBeLessThan(20);
  });

  it('is left out where its directory is gone or something else has its name: nothing depends on it', () => {
    mkdirSync(join(directory, 'log.index'));
    expect(lookOnce).not.toThrow();
    rmSync(directory, { recursive: true });
    expect(lookOnce).not.toThrow();
  });
});
