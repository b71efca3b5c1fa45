import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  loadProgress,
  NOTHING,
  notePlace,
  noteProgress,
  noteSection,
  resetProgress,
} from '../../../src/state/progress.js';
import { useTemporaryState } from './temporary-state.js';

const directory = useTemporaryState();
const file = () => join(directory(), 'progress.json');
const noon = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-12-24T12:00:00Z');

describe('progress', () => {
  it('is nothing at first, and makes no file', () => {
    expect(loadProgress()).toEqual({ progress: NOTHING });
    expect(existsSync(file())).toBe(false);
  });

  it('remembers when a lesson was first read and a lab first held', () => {
    noteProgress('read', '03-cgroups', noon);
    noteProgress('held', '03-cgroups', later);
    noteProgress('read', '03-cgroups', later);
    expect(loadProgress().progress).toEqual({
      ...NOTHING,
      read: { '03-cgroups': noon.toISOString() },
      held: { '03-cgroups': later.toISOString() },
    });
  });

  it('remembers how the last predictions of a lab went, and where it was left', () => {
    notePlace('01', { asked: 2, right: 1 }, { lab: '01', step: 'mount-proc' });
    expect(loadProgress().progress).toMatchObject({
      predicted: { '01': { asked: 2, right: 1 } },
      at: { lab: '01', step: 'mount-proc' },
    });
  });

  it('forgets where a lab was left when that lab has come to its end, and no other', () => {
    notePlace('01', { asked: 2, right: 1 }, { lab: '01', step: 'mount-proc' });
    notePlace('02', { asked: 0, right: 0 }, undefined);
    expect(loadProgress().progress.at).toEqual({ lab: '01', step: 'mount-proc' });
    notePlace('01', { asked: 0, right: 0 }, undefined);
    expect(loadProgress().progress).toEqual({ ...NOTHING, predicted: { '01': { asked: 2, right: 1 } } });
  });

  it('remembers at which section a lesson was left, until its end was read', () => {
    noteSection('03', 'kernel');
    noteSection('02', 'question');
    noteSection('03', 'pids-limit');
    expect(Object.entries(loadProgress().progress.sections)).toEqual([
      ['02', 'question'],
      ['03', 'pids-limit'],
    ]);
    noteSection('03', undefined, noon);
    noteSection('03', undefined, later);
    expect(loadProgress().progress).toMatchObject({
      sections: { '02': 'question' },
      read: { '03': noon.toISOString() },
    });
  });

  it('is read as an older tslab has written it', () => {
    writeFileSync(file(), JSON.stringify({ version: 1, read: { '03': noon }, held: {} }));
    expect(loadProgress()).toEqual({ progress: { ...NOTHING, read: { '03': noon.toISOString() } } });
  });

  it('is forgotten on request', () => {
    noteProgress('read', '03-cgroups');
    expect(resetProgress()).toBeUndefined();
    expect(loadProgress()).toEqual({ progress: NOTHING });
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
    expect(progress).toEqual(NOTHING);
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
    writeFileSync(file(), text);
    expect(loadProgress()).toEqual({ progress: { ...NOTHING, read: { c: noon.toISOString() } } });
  });
});

describe('a state directory that cannot be written', () => {
  it('makes a note, and no error', () => {
    process.env.TSLAB_STATE = '/proc/tslab';
    expect(noteProgress('read', '03-cgroups')).toMatch(
      /^Your progress is not kept\. .* in \/proc\/tslab: ENOENT: no directory/,
    );
    expect(loadProgress()).toEqual({ progress: NOTHING });
    expect(resetProgress()).toMatch(/cannot be kept/);
  });
});

describe('something else in the place of the file', () => {
  it.each<[string, () => void]>([
    ['a directory', () => mkdirSync(file())],
    ['a FIFO', () => execFileSync('mkfifo', [file()])],
    ['a link to itself', () => symlinkSync('progress.json', file())],
  ])('%s: is a note, and set aside', (_, put) => {
    put();
    expect(loadProgress().note).toMatch(/progress\.json is damaged: (it is not a regular file|ELOOP)/);
    expect(noteProgress('read', '03-cgroups')).toBeUndefined();
    expect(loadProgress().progress.read).toHaveProperty('03-cgroups');
    expect(readdirSync(directory())).toEqual(['progress.json', 'progress.json.damaged']);
  });

  it('that a newer tslab has written is left alone', () => {
    const text = JSON.stringify({ version: 99, finished: [] });
    writeFileSync(file(), text);
    expect(loadProgress().note).toMatch(/written by a newer tslab: its version is 99/);
    expect(noteProgress('read', '03-cgroups')).toMatch(/^Your progress is not kept\. .*newer tslab/);
    expect(readFileSync(file(), 'utf8')).toBe(text);
  });
});
