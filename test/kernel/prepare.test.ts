import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needs } from '../support/needs.js';
import { OWN_MOUNTS, scriptIn } from './surroundings.js';

/** As in a container: the state directory is on an overlay. What is mounted is gone with the script. */
const OVERLAY = `mount -t tmpfs t "$TSLAB_STATE"; cd "$TSLAB_STATE"; mkdir l u w state
mount -t overlay -o lowerdir=l,upperdir=u,workdir=w o state; cd /; export TSLAB_STATE=$TSLAB_STATE/state
mounts() { grep -c . /proc/self/mountinfo; }`;

let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'tslab-prepare-'));
});

afterEach(() => rmSync(state, { recursive: true }));

/** What a script prints there, on standard output and standard error alike. */
function there(script: string): string[] {
  const { stdout } = scriptIn({ name: '', script: OVERLAY, enter: OWN_MOUNTS }, `exec 2>&1; ${script}`, state);
  return stdout.trimEnd().split('\n');
}

describe('tslab doctor --prepare, where the state directory is on an overlay', () => {
  it('gives it a file system that carries containers, tells each call, and cleanup takes it back', (test) => {
    needs(test, 'root');
    const told = there(`before=$(mounts); tslab doctor --prepare
      tslab run --rm busybox echo a container; tslab 04 --json | grep -c '"status":"held"'
      tslab cleanup | grep preparation; test $(mounts) = $before && echo as before`);
    expect(told).toEqual(expect.arrayContaining([expect.stringMatching(/^tslab {2}move_mount\(.* = 0$/)]));
    expect(told[0]).toContain('mounted a tmpfs over');
    expect(told.slice(-4)).toEqual(['a container', '1', `  removed      preparation ${state}/state`, 'as before']);
  });

  it('is what run and lab 04 say in one sentence, and it does nothing the second time', (test) => {
    needs(test, 'root');
    const told = there(`tslab run --rm busybox true; echo $?; tslab 04 --json | tail -n 1
      tslab doctor --prepare > /dev/null; before=$(mounts)
      tslab doctor --prepare; echo $?; test $(mounts) = $before && echo as before; tslab cleanup > /dev/null`);
    expect(told.slice(0, 2)).toEqual([
      expect.stringMatching(/^tslab: .* carries no writable layer .*: tslab doctor --prepare mounts one that does$/),
      '125',
    ]);
    expect(JSON.parse(told[2] ?? '')).toMatchObject({
      type: 'end',
      status: 'impossible',
      why: expect.stringContaining('tslab doctor --prepare'),
    });
    expect(told.slice(3)).toEqual([expect.stringContaining('There is nothing to prepare here'), '0', 'as before']);
  });

  it('is in the ledger before it is done, so that a cleanup after SIGKILL finds it', (test) => {
    needs(test, 'root');
    const told = there(
      'tslab doctor --prepare > /dev/null; cat $TSLAB_STATE/ledger/*; umount $TSLAB_STATE; cat $TSLAB_STATE/ledger/*',
    );
    const line = `{"kind":"preparation","name":"${state}/state"}`;
    expect(told).toEqual(['', line, line]);
  });

  it('is not taken back while it holds a container', (test) => {
    needs(test, 'root');
    const told = there(`tslab doctor --prepare > /dev/null; tslab run --name box busybox true
      tslab cleanup > /dev/null; echo $?; tslab ps -a --format '{{.Names}}'; tslab rm box; tslab cleanup > /dev/null; echo $?`);
    expect(told).toEqual(['1', 'box', 'box', '0']);
  });

  it('is refused without root', (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const nobody = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
    expect(there(`chmod 777 $TSLAB_STATE; ${nobody} bash -c 'tslab doctor --prepare'; echo $?`)).toEqual([
      'tslab: To prepare this machine takes root.',
      'sudo tslab doctor --prepare',
      '3',
    ]);
  });
});

describe('tslab doctor --prepare, where nothing is to be done', () => {
  it('says so, and leaves nothing', (test) => {
    needs(test, 'root');
    mkdirSync(join(state, 'own'));
    const where = { name: '', script: 'export TSLAB_STATE=$TSLAB_STATE/own', enter: OWN_MOUNTS };
    const { stdout } = scriptIn(where, 'tslab doctor --prepare; echo $?; ls -A $TSLAB_STATE', state);
    expect(stdout).toBe('There is nothing to prepare here. tslab doctor says what can run.\n0\n');
  });
});
