import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/cgroup/open.js';
import { stateDirectory } from '../../../src/state/directories.js';
import { ownName } from '../../../src/state/ledger/ledger.js';
import { useOwnState } from '../runtime-info/containers.js';
import { shell } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

describe.skipIf(!isRoot)('the order of ledger, gate and state (skipped without root)', () => {
  it('no program runs whose start could not be written down', () => {
    // Something mounted on state.json lets nobody rename another file onto it (EBUSY), and everybody read it.
    const { stdout } = shell(`export -f tslab; unshare -m --propagation private bash -c '
      cd "$TSLAB_STATE"; mkdir v; tslab run --name gate -v "$PWD/v:/v" busybox sh -c "echo ran >> /v/marker"
      state=$(echo containers/*/state.json); mount --bind $state $state
      tslab start -a gate 2>/dev/null; echo $?; cat v/marker
      umount $state; tslab start -a gate; echo $?; cat v/marker; tslab rm gate' 2>&1`);
    expect(stdout.split('\n')).toEqual(['1', 'ran', '0', 'ran', 'ran', 'gate', '']);
  });

  it('no cgroup is made that the ledger does not know', () => {
    const ledger = join(stateDirectory('ledger'), `${ownName()}.jsonl`);
    mkdirSync(ledger);
    expect(() => openCgroups().create(`order-${process.pid}`)).toThrow('EISDIR');
    expect(openCgroups().find(`order-${process.pid}`)).toBeUndefined();
  });
});
