import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UserError } from '../../src/kernel/errors/user-error.js';
import { remember } from '../../src/state/ledger/ledger.js';
import { addEntries, ledgerFiles, readLedger } from '../../src/state/ledger/ledger-file.js';
import { type Swept, sweep } from '../../src/state/ledger/sweep.js';
import { removeTree } from '../../src/state/remove-tree.js';
import { useOwnMounts } from '../support/own-mounts.js';
import { deadOwner, startOwner, useTemporaryState } from '../unit/state/temporary-state.js';

const isRoot = process.geteuid?.() === 0;
const state = useTemporaryState();
useOwnMounts();

describe.skipIf(!isRoot)('the sweep, where something is mounted (skipped without root: it mounts)', () => {
  it('does not reach through a mount, says what to unmount, and finishes afterwards', async () => {
    const [doomed, precious] = [join(state(), 'doomed'), join(state(), 'precious')];
    for (const directory of [doomed, join(doomed, 'inner mount'), precious]) mkdirSync(directory);
    writeFileSync(join(precious, 'file'), '');
    mkdirSync(join(state(), 'ledger'));
    addEntries(join(state(), 'ledger', `${await deadOwner()}.jsonl`), [{ kind: 'directory', name: doomed }]);
    execFileSync('mount', ['--bind', precious, join(doomed, 'inner mount')]);
    try {
      expect(sweep()[0]?.problem).toContain(`umount ${join(doomed, 'inner mount')}`);
      expect(existsSync(join(precious, 'file'))).toBe(true);
      expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'directory', name: doomed }]);
    } finally {
      execFileSync('umount', [join(doomed, 'inner mount')]);
    }
    expect(sweep()).toEqual([{ kind: 'directory', name: doomed }]);
    expect(existsSync(doomed)).toBe(false);
    expect(existsSync(join(precious, 'file'))).toBe(true);
  });
});

describe.skipIf(!isRoot)('the state of a user who is not root (skipped without root: it becomes nobody)', () => {
  beforeEach(() => {
    execFileSync('chown', ['65534', state()]);
    process.seteuid?.(65534);
  });
  afterEach(() => process.seteuid?.(0));

  it('is refused with path, errno and remedy where the user may not write', () => {
    process.env.TSLAB_STATE = '/var/lib/tslab-of-nobody';
    const expected = { status: 3, remedy: expect.stringContaining('TSLAB_STATE=DIR') };
    expect(() => remember('link', 'x')).toThrow(expect.objectContaining(expected));
    expect(() => remember('link', 'x')).toThrow(/\/var\/lib\/tslab-of-nobody.*EACCES/);
    process.env.TSLAB_STATE = state();
  });

  it('can be removed even where overlayfs left a directory that nobody may read', () => {
    mkdirSync(join(state(), 'upper/work/work'), { recursive: true, mode: 0o700 });
    execFileSync('chmod', ['0', join(state(), 'upper/work/work')]);
    mkdirSync(join(state(), 'upper/closed/full'), { recursive: true });
    execFileSync('chmod', ['0', join(state(), 'upper/closed')]);
    removeTree(join(state(), 'upper'));
    expect(existsSync(join(state(), 'upper'))).toBe(false);
  });
});

describe.skipIf(!isRoot)('a full disk (skipped without root: it mounts one)', () => {
  it('is an error of the user, not of tslab', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tslab-test', state()]);
    try {
      mkdirSync(join(state(), 'ledger'));
      expect(() => writeFileSync(join(state(), 'full'), Buffer.alloc(1 << 20))).toThrow(/ENOSPC/);
      expect(() => remember('link', 'x')).toThrow(UserError);
      expect(() => remember('link', 'x')).toThrow(/ENOSPC: the disk is full/);
    } finally {
      execFileSync('umount', [state()]);
    }
  });
});

describe('sweepers in processes of their own (compiled code: npm run build)', () => {
  it('share the work: each thing is removed once, and nobody trips', async () => {
    const owner = await startOwner();
    const paths = Array.from({ length: 200 }, (_, index) => join(state(), `d${index}`));
    mkdirSync(join(state(), 'ledger'));
    for (const [index, name] of paths.entries()) {
      mkdirSync(name);
      addEntries(join(state(), 'ledger', `${owner.name}.claim-${index}.jsonl`), [{ kind: 'directory', name }]);
    }
    await owner.kill();
    const swept = (await Promise.all([sweepElsewhere(), sweepElsewhere(), sweepElsewhere()])).flat();
    expect(swept.map(({ name }) => name).sort()).toEqual([...paths].sort());
    expect(swept.filter(({ problem }) => problem)).toEqual([]);
    expect(paths.filter((path) => existsSync(path))).toEqual([]);
    expect(ledgerFiles()).toEqual([]);
  });
});

async function sweepElsewhere(): Promise<Swept[]> {
  const module = pathToFileURL('dist/src/state/ledger/sweep.js').href;
  const code = `import { sweep } from ${JSON.stringify(module)}; process.stdout.write(JSON.stringify(sweep()))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code]);
  return JSON.parse(stdout);
}
