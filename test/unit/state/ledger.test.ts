import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startTime } from '../../../src/procfs/processes.js';
import { forget, remember } from '../../../src/state/ledger/ledger.js';
import { ledgerFiles, ownerOf, parseLedger, readLedger } from '../../../src/state/ledger/ledger-file.js';
import { useTemporaryState } from './temporary-state.js';

describe('the text of a ledger', () => {
  it('lists what was not struck out, oldest first', () => {
    const lines = [
      '{"kind":"directory","name":"/a"}',
      '{"kind":"cgroup","name":"/b"}',
      '{"kind":"cgroup","name":"/a"}',
      '{"kind":"cgroup","name":"/b","gone":true}',
    ];
    expect(parseLedger(lines.join('\n'))).toEqual([
      { kind: 'directory', name: '/a' },
      { kind: 'cgroup', name: '/a' },
    ]);
  });

  it.each(['{"kind":"direc', '{"kind":"directory","na', '', 'null', '\0\0\0\0'])(
    'loses only the torn line %j',
    (torn) => {
      expect(parseLedger(`{"kind":"link","name":"tslab0"}\n${torn}`)).toEqual([{ kind: 'link', name: 'tslab0' }]);
    },
  );

  it('is owned by the process in the name of its file', () => {
    expect(ownerOf('/x/ledger/12-3456.jsonl')).toEqual({ pid: 12, startTime: 3456 });
    expect(ownerOf('/x/ledger/12-3456.claim-789.jsonl')).toEqual({ pid: 12, startTime: 3456 });
    expect(ownerOf('/x/.tmp-12-3456-abcd')).toEqual({ pid: 12, startTime: 3456 });
    expect(ownerOf('/x/notes.jsonl')).toBeUndefined();
  });
});

describe('the ledger of this process', () => {
  const state = useTemporaryState();

  it('holds an entry as soon as remember() returns, in a file named for this process', () => {
    remember('cgroup', '/sys/fs/cgroup/tslab/x');
    expect(readdirSync(join(state(), 'ledger'))).toEqual([`${process.pid}-${startTime(process.pid)}.jsonl`]);
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'cgroup', name: '/sys/fs/cgroup/tslab/x' }]);
  });

  it('is removed when all is forgotten, and not before', () => {
    remember('cgroup', 'a');
    remember('directory', 'b');
    forget('cgroup', 'a');
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'directory', name: 'b' }]);
    forget('directory', 'b');
    expect(ledgerFiles()).toEqual([]);
  });

  it('stays short, however much is made and removed beside what stays', () => {
    remember('cgroup', 'stays');
    for (let i = 0; i < 500; i++) {
      remember('directory', `${i}-${'x'.repeat(100)}`);
      forget('directory', `${i}-${'x'.repeat(100)}`);
    }
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'cgroup', name: 'stays' }]);
    const [size = 0] = ledgerFiles().map((file) => statSync(file).size);
    expect(size).toBeLessThan(20_000);
    forget('cgroup', 'stays');
  });

  it('does not mind forgetting what it never knew', () => {
    forget('table', 'tslab');
    remember('link', 'a');
    forget('link', 'b');
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'link', name: 'a' }]);
  });

  it('keeps names with line breaks, quotes and any other letter', () => {
    const name = '/x/a\nb"c\\d\u2028é';
    remember('directory', name);
    expect(ledgerFiles().flatMap(readLedger)).toEqual([{ kind: 'directory', name }]);
  });

  it('writes a whole line behind one that was torn', () => {
    remember('link', 'a');
    appendFileSync(ledgerFiles()[0] ?? '', '\n{"kind":"li');
    remember('link', 'b');
    expect(
      ledgerFiles()
        .flatMap(readLedger)
        .map(({ name }) => name),
    ).toEqual(['a', 'b']);
    expect(readFileSync(ledgerFiles()[0] ?? '', 'utf8')).toContain('"li\n{');
  });

  it.each<[string, (file: string) => void]>([
    ['a directory', (file) => mkdirSync(file)],
    ['a link to itself', (file) => symlinkSync(file, file)],
  ])('is put aside by name where %s stands in its place', (_, put) => {
    remember('link', 'a');
    const [file = ''] = ledgerFiles();
    forget('link', 'a');
    put(file);
    expect(readLedger(file)).toEqual([]);
    expect(ledgerFiles()).toEqual([]);
    expect(readLedger(file)).toEqual([]);
  });
});
