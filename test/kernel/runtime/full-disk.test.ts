import { describe, expect, it } from 'vitest';
import { useOwnState } from '../runtime-info/containers.js';
import { shell } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

/** What a script prints in a mount namespace of its own, where the state directory is a small tmpfs. */
function onSmallDisk(script: string): string[] {
  const setUp = 'mount -t tmpfs -o size=12m small "$TSLAB_STATE"';
  const { stdout, stderr } = shell(`export -f tslab; unshare -m bash -ec '${setUp}; ${script}' 2>&1`);
  expect(stderr).toBe('');
  return stdout.trimEnd().split('\n');
}

const FILL = 'head -c 20m /dev/zero > "$TSLAB_STATE"/big 2>/dev/null || true';
const status = (name: string) => `tslab inspect -f "{{.State.Status}} {{.State.ExitCode}} {{.State.Error}}" ${name}`;

describe.skipIf(!isRoot)('when the disk is full, a detached container (skipped without root)', () => {
  it('goes on, can be looked at, stopped and removed, and its supervisor knows how it ended', () => {
    const told = onSmallDisk(`
      tslab run -d --name quiet busybox sh -c "trap \\"exit 5\\" TERM; echo ready; while :; do sleep 0.05; done" > /dev/null
      until tslab logs quiet | grep -q ready; do :; done
      ${FILL}
      tslab ps --format "{{.Names}} {{.State}}"
      tslab pause quiet; ${status('quiet')}; tslab unpause quiet
      tslab stop quiet; ${status('quiet')}
      ls "$TSLAB_STATE"/containers/* | grep -c tmp || true
      tslab rm quiet; tslab ps -aq
      sleep 1.5; cat "$TSLAB_STATE"/run/supervisor.log`);
    expect(told).toEqual(['quiet running', 'quiet', 'paused 0 ', 'quiet', 'quiet', 'exited 5 ', '0', 'quiet']);
  });

  it('with a terminal does not lose that: lines of its log are lost, as without', () => {
    const told = onSmallDisk(`
      tslab run -dt --name talks busybox sh -c "while echo tick; do sleep 0.05; done; exit 9" > /dev/null
      ${FILL}; head -c 20m /dev/zero >> "$TSLAB_STATE"/big 2>/dev/null || true
      log=$(echo "$TSLAB_STATE"/containers/*/stdout.log)
      head -c 4096 /dev/zero >> $log 2>/dev/null || true
      sleep 2; ${status('talks')}
      rm "$TSLAB_STATE"/big; size=$(stat -c %s $log)
      until [ $(stat -c %s $log) -gt $size ]; do sleep 0.1; done
      ${status('talks')}; tslab rm -f talks; sleep 1.5`);
    expect(told).toEqual(['running 0 ', 'running 0 ', 'talks']);
  });
});
