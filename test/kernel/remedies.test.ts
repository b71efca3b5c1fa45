import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'vitest';
import { needs } from '../support/needs.js';
import { OWN_MOUNTS, type Surroundings, scriptIn, verdictsIn } from './surroundings.js';

const NOBODY = 'setpriv --reuid=65534 --regid=65534 --clear-groups';
const NOEXEC = 'mount -t tmpfs -o noexec,mode=1777 t "$TSLAB_STATE"';
const READ_ONLY = 'for m in /sys/fs/cgroup/*; do if mountpoint -q $m; then mount -o remount,bind,ro $m; fi; done';

/** What is wrong, who sees it, and the lab of whose remedies the first is tried. */
const ALL = [
  { name: 'a state directory with noexec', script: NOEXEC, as: '', lab: '02-rootfs' },
  { name: 'a state directory with noexec, of nobody', script: NOEXEC, as: NOBODY, lab: '01-pid-namespace' },
  {
    name: 'a state directory without attributes',
    script: 'mount -t ramfs r "$TSLAB_STATE"',
    as: '',
    lab: '04-overlay',
  },
  { name: 'a full disk', script: 'mount -t tmpfs -o size=4k t "$TSLAB_STATE"', as: '', lab: '01-pid-namespace' },
  { name: 'read-only control groups', script: READ_ONLY, as: '', lab: '05-exec' },
  { name: 'read-only control groups, as nobody', script: READ_ONLY, as: NOBODY, lab: '05-exec' },
];

describe.concurrent.for(ALL)('$name', ({ name, script, as, lab }) => {
  it('has a remedy that works as it is printed', async (test) => {
    needs(test, 'root');
    needs(test, 'node and tslab where every user may read');
    const state = ownState(test);
    const where: Surroundings = { name, script, enter: OWN_MOUNTS };
    const verdicts = await verdictsIn({ ...where, script: `${script}; ${as} "$@"` }, state);
    const remedy = verdicts.find(({ id }) => id === lab)?.problems[0]?.remedies[0] ?? '';
    test.expect(remedy).toMatch(/\btslab /);
    const { stdout, stderr } = typed(where, { as, remedy, state });
    test.expect({ remedy, stderr, stdout }).toEqual({ remedy, stderr: '', stdout: 'status 0\n' });
  });
});

/** A remedy, typed there, with what mktemp made removed. sudo is seldom installed where tests run: root types what begins with it. */
function typed(where: Surroundings, { as, remedy, state }: { as: string; remedy: string; state: string }) {
  const made = `${state}-made`;
  const keep = `mktemp() { command mktemp "$@" | tee -a ${made}; }; sudo() { "$@"; }; export -f mktemp sudo`;
  const runAs = remedy.includes('sudo ') ? '' : as;
  const script = `: > ${made}; chmod 666 ${made}; ${keep}; ${runAs} bash -c "$REMEDY >/dev/null"; echo status $?`;
  try {
    return scriptIn({ ...where, script: `${where.script}; export REMEDY='${remedy}'` }, script, state);
  } finally {
    for (const path of readFileSync(made, 'utf8').split('\n')) if (path) rmSync(path, { recursive: true, force: true });
    rmSync(made);
  }
}

/** A state directory that every user may write, until the test ends. */
function ownState({ onTestFinished }: TestContext): string {
  const state = mkdtempSync(join(tmpdir(), 'tslab-remedies-'));
  chmodSync(state, 0o777);
  onTestFinished(() => rmSync(state, { recursive: true }));
  return state;
}
