import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createVolume,
  ensureVolume,
  findVolume,
  listVolumes,
  pruneVolumes,
  removeVolume,
} from '../../../src/volume/volumes.js';
import { useTemporaryState } from '../state/temporary-state.js';

const state = useTemporaryState();
const nobody = () => [];

describe('a volume', () => {
  it('is an empty directory in the state directory', () => {
    const { source } = createVolume('data');
    expect(source).toBe(join(state(), 'volumes/data/_data'));
    expect(readdirSync(source)).toEqual([]);
  });

  it('is found again, with its date', () => {
    const made = ensureVolume('data');
    expect([findVolume('data'), ensureVolume('data'), createVolume('data'), ...listVolumes()]).toEqual(
      Array(4).fill(made),
    );
    expect(Date.parse(made.created)).toBeLessThanOrEqual(Date.now());
  });

  it('keeps its data when it is asked for again', () => {
    writeFileSync(join(ensureVolume('data').source, 'file'), 'mine');
    expect(readdirSync(ensureVolume('data').source)).toEqual(['file']);
  });

  it('without a name gets 64 hexadecimal digits, and is anonymous', () => {
    const volume = createVolume();
    expect(volume.name).toMatch(/^[0-9a-f]{64}$/);
    expect(findVolume(volume.name)).toEqual({ ...volume, anonymous: true });
    expect(ensureVolume('data').anonymous).toBe(false);
  });

  it.each(['', 'a', '.', '..', '-x', '.tmp-1-2', 'a/b', '/etc', 'a b', 'x'.repeat(256)])('is not called %j', (name) => {
    expect(() => ensureVolume(name)).toThrow(/not a name for a volume/);
    expect(readdirSync(state())).toEqual([]);
  });

  it('survives the loss of what is known of it, and is then no anonymous one', () => {
    const { name, source } = createVolume();
    writeFileSync(join(source, '../volume.json'), 'null');
    expect(findVolume(name)).toMatchObject({ name, source, anonymous: false });
    rmSync(join(source, '../volume.json'));
    expect(findVolume(name)).toMatchObject({ name, source, anonymous: false });
  });
});

describe('removing a volume', () => {
  it('takes its data along and leaves nothing', () => {
    const { source } = ensureVolume('data');
    mkdirSync(join(source, 'directory'));
    removeVolume('data', nobody);
    expect(readdirSync(join(state(), 'volumes'))).toEqual(['.lock']);
    expect(readdirSync(join(state(), 'ledger'))).toEqual([]);
  });

  it('is refused while a container uses it, whose name is told', () => {
    ensureVolume('data');
    expect(() => removeVolume('data', () => ['web'])).toThrow(/in use by web/);
    expect(existsSync(findVolume('data').source)).toBe(true);
  });

  it('is refused where there is none', () => {
    expect(() => removeVolume('data', nobody)).toThrow('No such volume: data');
    expect(() => removeVolume('../ledger', nobody)).toThrow('No such volume: ../ledger');
  });
});

describe('pruning volumes', () => {
  it('removes anonymous ones that nobody uses, and counts the bytes', () => {
    ensureVolume('named');
    const [used, unused] = [createVolume(), createVolume()];
    writeFileSync(join(unused.source, 'file'), 'x'.repeat(5000));
    const { removed, bytes } = pruneVolumes((name) => (name === used.name ? ['web'] : []));
    expect(removed).toEqual([unused]);
    expect(bytes).toBeGreaterThanOrEqual(5000);
    expect(listVolumes().map(({ name }) => name)).toEqual([used.name, 'named'].sort());
  });

  it('removes named ones too where all are meant', () => {
    ensureVolume('named');
    pruneVolumes(nobody, () => true);
    expect(listVolumes()).toEqual([]);
  });
});
