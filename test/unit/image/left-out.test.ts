import { describe, expect, it } from 'vitest';
import { Limits } from '../../../src/image/layer/limits.js';
import type { Owners } from '../../../src/image/layer/owners.js';
import { Unpacking } from '../../../src/image/layer/unpack.js';
import { TarParser } from '../../../src/tar/parser.js';
import { archive, member } from '../../support/layers/raw-tar.js';

/** What a layer makes, and what is said of it. */
async function made(owners: Owners, ...members: readonly Buffer[]) {
  const sink = { isFull: false, add() {}, async flush() {}, async end() {} };
  const unpacking = new Unpacking(sink, owners, new Limits());
  for (const event of new TarParser().push(archive(...members))) await unpacking.take(event);
  const { notes } = await unpacking.finish();
  return { names: [...unpacking.root.children.keys()], notes };
}

const device = member({ name: 'null', type: '3', device: [1, 3] });
const link = (name: string, to: string) => member({ name, type: '1', link: to });

describe('a device that only root may make', () => {
  it('is left out with its other names', async () => {
    const all = [device, link('second', './null'), link('third', 'second'), member({ name: 'file' })];
    expect(await made('ours', ...all)).toEqual({
      names: ['file'],
      notes: ['devices are left out, which only root may make: "null" and 2 more'],
    });
    expect((await made('theirs', ...all)).names).toEqual(['null', 'second', 'third', 'file']);
  });

  it('is none any more where a later member has its name', async () => {
    expect((await made('ours', device, member({ name: 'null' }), link('second', 'null'))).names).toEqual([
      'null',
      'second',
    ]);
  });

  it('does not let links to nothing pass', async () => {
    await expect(made('ours', device, link('second', 'other'))).rejects.toThrow('is not in the layer before it');
  });
});
