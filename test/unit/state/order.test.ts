import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateDirectory } from '../../../src/state/directories.js';
import { ownName } from '../../../src/state/ledger/ledger.js';
import { makeTemporary } from '../../../src/state/temporary.js';
import { createAnonymous } from '../../../src/volume/volumes.js';
import { useTemporaryState } from './temporary-state.js';

useTemporaryState();

/** The next write into the ledger fails (EISDIR): what is seen then is what came before it. */
function breakLedger(): void {
  mkdirSync(join(stateDirectory('ledger'), `${ownName()}.jsonl`));
}

describe('what the ledger cannot be told of', () => {
  it('is not made: a directory', () => {
    breakLedger();
    expect(() => makeTemporary(stateDirectory('rootfs'))).toThrow('EISDIR');
    expect(readdirSync(stateDirectory('rootfs'))).toEqual([]);
  });

  it('is not made: a volume', () => {
    breakLedger();
    expect(() => createAnonymous()).toThrow('EISDIR');
    expect(readdirSync(stateDirectory('volumes'))).toEqual([]);
  });
});
