import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadProgress, noteProgress, parseProgress, resetProgress } from '../../../src/state/progress.js';
import { useTemporaryState } from './temporary-state.js';

const directory = useTemporaryState();
const file = () => join(directory(), 'progress.json');
const noon = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-12-24T12:00:00Z');

describe('progress', () => {
  it('is nothing at first, and makes no file', () => {
    expect(loadProgress()).toEqual({ progress: { read: {}, held: {} } });
    expect(existsSync(file())).toBe(false);
  });

  it('remembers when a lesson was first read and a lab first held', () => {
    noteProgress('read', '03-cgroups', noon);
    noteProgress('held', '03-cgroups', later);
    noteProgress('read', '03-cgroups', later);
    expect(loadProgress().progress).toEqual({
      read: { '03-cgroups': noon.toISOString() },
      held: { '03-cgroups': later.toISOString() },
    });
  });

  it('is forgotten on request', () => {
    noteProgress('read', '03-cgroups');
    expect(resetProgress()).toBeUndefined();
    expect(loadProgress()).toEqual({ progress: { read: {}, held: {} } });
  });

  it('leaves no temporary file', () => {
    noteProgress('read', '03-cgroups');
    expect(readdirSync(directory())).toEqual(['progress.json']);
  });

  it('makes the state directory where it is missing', () => {
    process.env.TSLAB_STATE = join(directory(), 'deeper', 'state');
    expect(noteProgress('read', '03-cgroups')).toBeUndefined();
    expect(loadProgress().progress.read).toHaveProperty('03-cgroups');
  });
});

describe.each(['{"read": {', '', 'null', '12'])('a damaged file with %j in it', (text) => {
  it('counts as nothing, with a note', () => {
    writeFileSync(file(), text);
    const { progress, note } = loadProgress();
    expect(progress).toEqual({ read: {}, held: {} });
    expect(note).toMatch(/progress\.json is damaged/);
  });

  it('is set aside when there is something to remember', () => {
    writeFileSync(file(), text);
    expect(noteProgress('read', '01-pid-namespace')).toBeUndefined();
    expect(readFileSync(`${file()}.damaged`, 'utf8')).toBe(text);
    expect(loadProgress().progress.read).toHaveProperty('01-pid-namespace');
  });
});

describe('what stands in the file', () => {
  it('is left out where it is no date', () => {
    const text = JSON.stringify({ read: { a: 'yesterday', b: 7, c: noon }, held: ['x'], more: 1 });
    expect(parseProgress(text)).toEqual({ read: { c: noon.toISOString() }, held: {} });
  });
});

describe('a state directory that cannot be written', () => {
  it('makes a note, and no error', () => {
    process.env.TSLAB_STATE = '/proc/tslab';
    expect(noteProgress('read', '03-cgroups')).toMatch(
      /^Your progress is not kept\. .* in \/proc\/tslab: ENOENT: no directory/,
    );
    expect(loadProgress()).toEqual({ progress: { read: {}, held: {} } });
    expect(resetProgress()).toMatch(/cannot be kept/);
  });

  it('is told apart from a file that cannot be read', () => {
    mkdirSync(file());
    expect(loadProgress()).toMatchObject({ note: expect.stringContaining('EISDIR') });
    expect(noteProgress('read', '03-cgroups')).toMatch(/cannot be kept.*EISDIR/);
  });
});
