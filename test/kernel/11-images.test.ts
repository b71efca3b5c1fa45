import { beforeEach, describe, expect, it } from 'vitest';
import { imagesLab } from '../../labs/11-images/lab.js';
import { needs } from '../support/needs.js';
import { SABOTAGES } from './checks/11-images.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import { runAsOrdinaryUser } from './ordinary-user.js';
import { expectHeld, expectOrder, expectWellFormed, tellWithout, useLab } from './support.js';

const lab = useLab(imagesLab);

describe('lab 11-images', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('begins the list that unpacks with chroot, and the naive one without', () => {
    const calls = lab.told.all('syscall').filter(({ step, by }) => step === 'hostile' && by === 'child');
    const beforeLink = (from: number) => {
      const at = calls.findIndex(({ name }, i) => i > from && name === 'symlinkat');
      return calls.slice(at - 3, at).map(({ name }) => name);
    };
    expect(beforeLink(0)).not.toContain('chroot');
    expect(beforeLink(calls.findIndex(({ name }) => name === 'chroot'))).toEqual(['chroot', 'chdir', 'umask']);
  });

  it('asks the registry for each blob, and sends each once', () => {
    const [first, again, other, pulled] = lab.told
      .seen('registry', /push|again|repository|pull/)
      .map(({ value }) => value ?? '');
    expect(first).toMatch(/^3 × HEAD .* → 404, POST → 202, PUT → 201\nPUT .*manifests\/latest → 201$/);
    expect(again).toMatch(/^3 × HEAD .* → 200\nPUT .*manifests\/latest → 201$/);
    expect(other).toMatch(/^3 × HEAD .* → 404, POST\?.*from=team\/app → 201\nPUT .*manifests\/latest → 201$/);
    expect(pulled).toMatch(/^GET .*manifests\/latest → 200\n2 × GET team\/other\/blobs\/… → 200$/);
  });

  it('starts a container of fifty layers about as fast as one of one', () => {
    const [one = 0, fifty = 0] = lab.told
      .all('measure')
      .filter(({ step }) => step === 'union')
      .map(({ value }) => value);
    expect(one).toBeGreaterThan(0);
    expect(fifty).toBeLessThan(one * 5 + 20);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  layers: [
    'layers: bytes that are sent of the changed image',
    'layers: share of the image that the receiver has already',
  ],
  digest: ['digest: the same layer, with its digest checked', 'digest: files that are left of that layer'],
  'chain-id': [
    'chain-id: chain ID of the upper of the lesson’s two layers',
    'chain-id: chain IDs that one layer has on two others',
    'chain-id: /data in containers of both images',
  ],
  whiteout: ['whiteout: what the archive says of the deleted file', 'whiteout: with this archive, a container has'],
  hostile: [
    'hostile: the same list, after chroot',
    'hostile: a file outside, unpacked after chroot',
    'hostile: a whiteout of the directory above, .wh...',
  ],
  union: [
    'union: lowerdir of a container: the layers of its image',
    'union: a file that two images share is one for both',
  ],
  commit: ['commit: the new layer has what the program changed'],
  build: [
    'build: instructions carried out when nothing has changed',
    'build: instructions carried out when app has changed',
    'build: instructions carried out when modules has changed',
  ],
  registry: ['registry: bytes that a second push sends', 'registry: bytes that a push to another repository sends'],
};

describe('lab 11-images without', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(imagesLab.skippable)('%s fails the checks that depend on it, and leaves the machine alone', async (step) => {
    await tellWithout(step, lab, ABLATIONS[step] ?? []);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 11-images, run by an ordinary user', () => {
  beforeEach((test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
  });

  it('holds as for root', () => {
    const told = runAsOrdinaryUser('labs/11-images/lab', 'imagesLab');
    expect(told.broken).toEqual([]);
    expect(told.events[0]).toMatchObject({ type: 'lab', root: false });
    expectOrder(told, imagesLab);
    expectWellFormed(told.events);
    expect(told.end.impossible ?? []).toEqual([]);
  });
});
