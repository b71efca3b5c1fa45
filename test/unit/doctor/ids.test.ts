import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/doctor/facts.js';
import { describeIds } from '../../../src/doctor/ids/describe-ids.js';
import type { Finding } from '../../../src/doctor/report.js';
import { messageIn } from '../../../src/lesson/names.js';
import { HYBRID_ROOT, HYBRID_USER, refusal } from './machines.js';

function row(name: string, facts: Facts, ids: Partial<Facts['ids']> = {}): Finding | undefined {
  return describeIds({ ...facts, ids: { ...facts.ids, ...ids } }).find((one) => one.name === name);
}

const RANGE = { start: 100_000, count: 65_536 };

describe('what the doctor says of ids', () => {
  it('is what root and an ordinary user can map', () => {
    expect(describeIds(HYBRID_ROOT).map(({ state }) => state)).toEqual(['yes', 'yes', 'yes']);
    expect(describeIds(HYBRID_USER).map(({ state }) => state)).toEqual(['yes', 'yes', 'note']);
    expect(row('more ids', HYBRID_USER)?.value).toBe('student has 65536 from 100000 on');
    expect(row('more ids', HYBRID_ROOT, { uids: [RANGE], gids: [RANGE] })?.value).toMatch(/^containers has 65536/);
  });

  it('is which file lacks a line, and the command that adds it to that alone', () => {
    const line = "echo 'student:165536:65536' | sudo tee -a";
    const none = row('more ids', HYBRID_USER, { uids: [], gids: [] });
    expect(none).toMatchObject({ state: 'no', remedies: [`${line} /etc/subuid /etc/subgid`] });
    const [half] = row('more ids', HYBRID_USER, { gids: [] })?.remedies ?? [];
    expect(half).toBe(`${line} /etc/subgid`);
    const other = row('more ids', HYBRID_USER, { gids: [{ ...RANGE, start: 7 }] });
    expect(other?.value).toMatch(/^\/etc\/subuid and \/etc\/subgid give student different ranges/);
  });

  it('is that a program is missing, has no rights, or refuses', () => {
    const path = '/usr/bin/newgidmap';
    const missing = row('newuidmap', HYBRID_USER, { newgidmap: { path: null, right: null } });
    expect(missing).toMatchObject({ state: 'no', value: expect.stringContaining('not found: newgidmap') });
    const powerless = row('newuidmap', HYBRID_USER, { newgidmap: { path, right: null } });
    expect(powerless).toMatchObject({ state: 'no', remedies: [expect.stringContaining(`chmod u+s ${path}`)] });
    expect(row('newuidmap', HYBRID_USER, { refused: 'newuidmap refuses' })).toMatchObject({ state: 'no' });
    expect(row('newuidmap', HYBRID_ROOT, { newgidmap: { path: null, right: null } })?.state).toBe('note');
  });

  it('is what the kernel said of a file system that is not id-mapped', () => {
    const idmapping = refusal('mount_setattr', 'EINVAL', 'mount_setattr(…) = EINVAL');
    const state = { ...HYBRID_ROOT.state, trials: { ...(HYBRID_ROOT.state.trials as object), idmapping } };
    const found = row('id-mapping', { ...HYBRID_ROOT, state } as Facts);
    expect(found).toMatchObject({
      state: 'no',
      value: '/var/lib/tslab cannot be id-mapped: mount_setattr(…) = EINVAL',
    });
  });

  it('is Chinese in Chinese', () => {
    const ids: Partial<Facts['ids']>[] = [
      {},
      { uids: [], gids: [] },
      { gids: [] },
      { uids: [{ ...RANGE, start: 7 }] },
      { newuidmap: { path: null, right: null } },
      { newuidmap: { path: '/a', right: null } },
    ];
    const rows = [HYBRID_ROOT, HYBRID_USER].flatMap((facts) =>
      ids.flatMap((some) => describeIds({ ...facts, ids: { ...facts.ids, ...some } })),
    );
    const told = rows.flatMap(({ name, value }) => (name === 'newuidmap' ? [value] : [name, value]));
    expect(told.filter((text) => !/\p{sc=Han}/u.test(messageIn('zh', text)))).toEqual([]);
  });
});
