import { existsSync, mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { addEntries, type Kind, ledgerFiles, readLedger } from '../../../src/state/ledger/ledger-file.js';
import { registerUndo, sweep } from '../../../src/state/ledger/sweep.js';
import { makeTemporary } from '../../../src/state/temporary.js';
import { deadOwner, startOwner, useTemporaryState } from './temporary-state.js';

const state = useTemporaryState();

describe('the sweep', () => {
  it('removes what a dead owner left, the latest first, and its ledger', async () => {
    const [outer, inner] = [make('outer'), make('outer/inner')];
    leave(await deadOwner(), 'directory', outer, inner);
    expect(sweep().map(({ name, problem }) => [name, problem])).toEqual([
      [inner, undefined],
      [outer, undefined],
    ]);
    expect(existsSync(outer)).toBe(false);
    expect(ledgerFiles()).toEqual([]);
  });

  it('leaves alone what a live owner remembers, until it dies', async () => {
    const owner = await startOwner();
    const path = make('busy');
    leave(owner.name, 'directory', path);
    expect(sweep()).toEqual([]);
    expect(existsSync(path)).toBe(true);
    await owner.kill();
    expect(sweep()).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
  });

  it('is not deceived by a pid that was used again', async () => {
    const owner = await startOwner();
    const path = make('old');
    leave(`${owner.name.split('-')[0]}-1`, 'directory', path);
    expect(sweep()).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
    await owner.kill();
  });

  it('leaves alone what this process itself remembers', async () => {
    const path = makeTemporary(state());
    expect(sweep()).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it('reads a ledger whose last line was torn', async () => {
    const path = make('x');
    const ledger = leave(await deadOwner(), 'directory', path);
    writeFileSync(ledger, '\n{"kind":"directory","name":"/var/li', { flag: 'a' });
    expect(sweep()).toEqual([{ kind: 'directory', name: path }]);
    expect(ledgerFiles()).toEqual([]);
  });

  it('removes a ledger with nothing in it', async () => {
    leave(await deadOwner(), 'directory');
    expect(sweep()).toEqual([]);
    expect(readdirSync(join(state(), 'ledger'))).toEqual([]);
  });

  it('reports what it cannot remove, keeps that, goes on with the rest, and succeeds once it can', async () => {
    const path = make('x');
    leave(await deadOwner(), 'directory', path);
    let stubborn = true;
    registerUndo('link', () => {
      if (stubborn) throw new Error('device is busy');
    });
    leave(await deadOwner(), 'link', 'tslab0');
    expect(sweep()).toContainEqual({ kind: 'link', name: 'tslab0', problem: 'device is busy' });
    expect(existsSync(path)).toBe(false);
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'link', name: 'tslab0' }]);
    stubborn = false;
    expect(sweep()).toEqual([{ kind: 'link', name: 'tslab0' }]);
    expect(ledgerFiles()).toEqual([]);
  });

  it('says so where nobody taught it how to remove a kind of thing', async () => {
    leave(await deadOwner(), 'table', 'tslab');
    expect(sweep()[0]?.problem).toContain('does not know how to remove a table');
  });

  it('goes on where a sweeper died over its claim', async () => {
    const path = make('x');
    const ledger = leave(await deadOwner(), 'directory', path);
    renameSync(ledger, join(state(), 'ledger', `${await deadOwner()}.claim-1.jsonl`));
    expect(sweep()).toHaveLength(1);
    expect(existsSync(path)).toBe(false);
  });

  it('does not touch the claim of a sweeper that is at work', async () => {
    const sweeper = await startOwner();
    const path = make('x');
    leave(`${sweeper.name}.claim-1`, 'directory', path);
    expect(sweep()).toEqual([]);
    await sweeper.kill();
  });
});

describe('the removal of a directory', () => {
  it('does not follow symbolic links out of it', async () => {
    const [doomed, precious] = [make('doomed'), make('precious')];
    writeFileSync(join(precious, 'file'), '');
    symlinkSync(precious, join(doomed, 'link'));
    leave(await deadOwner(), 'directory', doomed);
    sweep();
    expect(existsSync(doomed)).toBe(false);
    expect(existsSync(join(precious, 'file'))).toBe(true);
  });

  it.each(['precious', 'own', 'own/..', 'own/x/../..', 'own/x/..', 'own/link/file'])(
    'refuses %s, which is not below the state directory',
    async (name) => {
      for (const directory of ['own', 'own/x', 'precious', 'precious/file']) make(directory);
      symlinkSync('../precious', join(state(), 'own/link'));
      process.env.TSLAB_STATE = join(state(), 'own');
      mkdirSync(join(state(), 'own/ledger'));
      addEntries(join(state(), 'own/ledger', `${await deadOwner()}.jsonl`), [
        {
          kind: 'directory',
          name: `${state()}/${name}`,
        },
      ]);
      expect(sweep()[0]?.problem).toMatch(/was not removed, since it is not below/);
      expect(existsSync(join(state(), 'precious/file'))).toBe(true);
      expect(existsSync(join(state(), 'own/x'))).toBe(true);
    },
  );

  it('is content where it is gone already', async () => {
    leave(await deadOwner(), 'directory', join(state(), 'never', 'made'));
    expect(sweep()).toEqual([{ kind: 'directory', name: join(state(), 'never', 'made') }]);
  });
});

function make(name: string): string {
  mkdirSync(join(state(), name));
  return join(state(), name);
}

/** Writes the ledger that an owner of this name would have left. */
function leave(owner: string, kind: Kind, ...names: string[]): string {
  const file = join(state(), 'ledger', `${owner}.jsonl`);
  mkdirSync(join(state(), 'ledger'), { recursive: true });
  writeFileSync(file, '');
  addEntries(
    file,
    names.map((name) => ({ kind, name })),
  );
  return file;
}
