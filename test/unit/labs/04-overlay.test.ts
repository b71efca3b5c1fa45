import { describe, expect, it } from 'vitest';
import { mountOverlay } from '../../../labs/04-overlay/calls/mount.js';
import { escapePath, type Overlay, overlayOptions, parseLayers } from '../../../labs/04-overlay/calls/options.js';
import { renderCall } from '../../../src/kernel/render.js';
import { type Change, layerEntry } from '../../../src/overlay/changes.js';
import { parseMountinfo } from '../../../src/procfs/mountinfo.js';

const SMALL: Overlay = { lower: ['/b', '/a'], upper: '/u', work: '/w', target: '/m', privileged: true };

describe('the options of an overlay', () => {
  it('name the layers from the top down, then upper and work', () => {
    expect(overlayOptions(SMALL)).toBe('lowerdir=/b:/a,upperdir=/u,workdir=/w,index=off,redirect_dir=nofollow');
  });

  it('have no upper and no work where it is read-only', () => {
    expect(overlayOptions({ ...SMALL, upper: undefined })).toBe('lowerdir=/b:/a,index=off,redirect_dir=nofollow');
  });

  it('ask for user.* attributes in a user namespace', () => {
    expect(overlayOptions({ ...SMALL, privileged: false })).toMatch(/,redirect_dir=nofollow,userxattr$/);
  });

  it('can be others than those that Docker relies on', () => {
    expect(overlayOptions({ ...SMALL, options: ['volatile'] })).toBe('lowerdir=/b:/a,upperdir=/u,workdir=/w,volatile');
  });

  it('have a backslash before what would end a layer or an option', () => {
    expect(escapePath('/a:b,c\\d e')).toBe('/a\\:b\\,c\\\\d e');
    expect(overlayOptions({ ...SMALL, lower: ['/x:y', '/z'] })).toMatch(/^lowerdir=\/x\\:y:\/z,/);
  });
});

/** Recorded on Linux 6.18, of directories whose path has colon, comma, backslash and space; the prefix shortened. */
const AT_ONCE = String.raw`64 93 0:48 / /t/we:ir,d\134e\040r/m rw,relatime - overlay overlay rw,lowerdir=/t/we\134:ir\134\054d\134\134e\040r/l1:/t/l2,upperdir=/t/we\134:ir\134\054d\134\134e\040r/u,workdir=/t/we\134:ir\134\054d\134\134e\040r/w,redirect_dir=nofollow,uuid=on`;
const ONE_BY_ONE = String.raw`90 66 0:41 / /t/we:ir,d\134e\040r/m rw,relatime - overlay none rw,lowerdir+=/t/we:ir\054d\134e\040r/l1,lowerdir+=/t/l2,upperdir=/t/we\134:ir\134\054d\134\134e\040r/u,workdir=/t/we\134:ir\134\054d\134\134e\040r/w,redirect_dir=nofollow,uuid=on`;
const ODD = '/t/we:ir,d\\e r';

describe('the layers in a line of mountinfo', () => {
  it.each([
    ['given at once', AT_ONCE],
    ['given one by one', ONE_BY_ONE],
  ])('are read back as they were %s, whatever their names', (_, line) => {
    const layers = { lower: [`${ODD}/l1`, '/t/l2'], upper: `${ODD}/u`, work: `${ODD}/w` };
    expect(parseLayers(parseMountinfo(`${line}\n`)[0]?.superOptions ?? [])).toEqual(layers);
  });

  it('are what the options said', () => {
    const overlay = { ...SMALL, lower: ['/x:y', '/\\', '/z'] };
    // A comma in a path cannot be told from one between options here: mountinfo writes it as \054.
    const { lower, upper, work } = parseLayers(overlayOptions(overlay).split(','));
    expect({ lower, upper, work }).toEqual({ lower: overlay.lower, upper: '/u', work: '/w' });
  });

  it('are none where nothing was mounted', () => {
    expect(parseLayers([])).toEqual({ lower: [], upper: undefined, work: undefined });
  });
});

describe('mounting an overlay', () => {
  it('is one call while the options fit into a page', () => {
    const fitting = manyLayers(4096 - 1);
    expect(names(mountOverlay(fitting, '5.11.0'))).toEqual(['mount']);
    expect(names(mountOverlay(manyLayers(4096), '5.11.0'))).not.toEqual(['mount']);
  });

  it('is a call for each layer where they do not and the kernel can do that', () => {
    const calls = mountOverlay(manyLayers(9000), '6.8.0-45-generic');
    expect(calls.filter((call) => renderCall(call).includes('"lowerdir+"'))).toHaveLength(
      manyLayers(9000).lower.length,
    );
    expect(names(calls)).toEqual(['fsopen', 'fsconfig', 'fsmount', 'close', 'move_mount', 'close']);
  });

  it('is done by short names on an older kernel, or where a path is longer than fsconfig takes', () => {
    const long = { ...SMALL, lower: Array.from({ length: 30 }, (_, i) => `/${i}${'x'.repeat(255)}`) };
    for (const [overlay, kernel] of [
      [manyLayers(9000), '6.7.12'],
      [long, '6.18.0'],
    ] as const) {
      const calls = mountOverlay(overlay, kernel);
      expect(names(calls)).toEqual(['mount', 'chdir', 'symlinkat', 'mount']);
      expect(renderCall(calls.at(-1) as (typeof calls)[0])).toMatch(/"lowerdir=0:1:2:3:/);
    }
  });

  it('is refused before anything is made where there are more layers than the kernel takes', () => {
    const layers = (length: number) => ({ ...SMALL, lower: Array.from({ length }, (_, i) => `/${i}`) });
    expect(() => mountOverlay(layers(500))).not.toThrow();
    expect(() => mountOverlay(layers(501))).toThrow('at most 500 layers, and this one has 501');
  });
});

describe('a change in a layer’s tar file', () => {
  it.each<[Change, string]>([
    [{ kind: 'A', path: '/etc/new' }, 'etc/new'],
    [{ kind: 'C', path: '/etc' }, 'etc'],
    [{ kind: 'D', path: '/etc/old' }, 'etc/.wh.old'],
    [{ kind: 'D', path: '/old' }, '.wh.old'],
  ])('%o is called %s', (change, name) => expect(layerEntry(change)).toBe(name));
});

/** An overlay whose options have exactly so many bytes. */
function manyLayers(bytes: number): Overlay {
  const room = bytes - overlayOptions({ ...SMALL, lower: [] }).length;
  const count = Math.ceil(room / 100);
  const layers = Array.from({ length: count - 1 }, (_, i) => `/${i}`.padEnd(99, 'x'));
  return { ...SMALL, lower: [...layers, `/${'y'.repeat(room - layers.length * 100 - 1)}`] };
}

/** The names of calls, without repetitions. */
function names(calls: ReturnType<typeof mountOverlay>): string[] {
  return calls.map(({ name }) => name).filter((name, i, all) => name !== all[i - 1]);
}
