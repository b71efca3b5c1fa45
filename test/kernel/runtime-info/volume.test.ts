import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anonymousName, createAnonymous } from '../../../src/volume/volumes.js';
import { deadOwner } from '../../unit/state/temporary-state.js';
import { jsonLines, shell, tslab } from '../tslab.js';
import { killInit, output, runDetached, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe('tslab volume', () => {
  it('makes, lists, shows and removes', () => {
    expect(output('volume', 'create', 'data')).toBe('data\n');
    expect(output('volume', 'create', 'data')).toBe('data\n');
    expect(output('volume', 'ls')).toBe('DRIVER    VOLUME NAME\nlocal     data\n');
    expect(output('volume', 'ls', '-q')).toBe('data\n');
    expect(jsonLines(output('volume', 'ls', '--format', 'json'))).toMatchObject([{ Name: 'data' }]);
    const [{ Mountpoint }] = JSON.parse(output('volume', 'inspect', 'data'));
    expect(Mountpoint).toBe(join(state(), 'volumes/data/_data'));
    expect(output('volume', 'inspect', '-f', '{{.Mountpoint}}', 'data')).toBe(`${Mountpoint}\n`);
    expect(existsSync(Mountpoint)).toBe(true);
    expect(output('volume', 'rm', 'data')).toBe('data\n');
    expect(existsSync(Mountpoint)).toBe(false);
  });

  it('keeps labels and options, and finds by labels', () => {
    output('volume', 'create', '--label', 'tier=back', '--label', 'empty', 'labelled');
    output('volume', 'create', '-d', 'local', '-o', 'type=tmpfs', '-o', 'device=tmpfs', 'mem');
    const names = (...filters: string[]) =>
      output('volume', 'ls', '-q', ...filters.flatMap((one) => ['-f', one])).trim();
    expect([names('label=tier'), names('label=tier=back', 'label=empty'), names('label=x')]).toEqual([
      'labelled',
      'labelled',
      '',
    ]);
    expect(output('volume', 'ls', '--format', '{{.Name}} {{.Labels}} {{.Label "tier"}} {{.Size}}')).toBe(
      'labelled empty=,tier=back back N/A\nmem   N/A\n',
    );
    expect(JSON.parse(output('volume', 'inspect', 'labelled', 'mem'))).toMatchObject([
      { Labels: { tier: 'back', empty: '' }, Options: null, Driver: 'local' },
      { Labels: null, Options: { type: 'tmpfs', device: 'tmpfs' } },
    ]);
    expect(output('volume', 'inspect', '-f', '{{.Labels}} {{.Labels.none}} {{.Options}}', 'labelled')).toBe(
      'map[empty: tier:back] <no value> map[]\n',
    );
    expect(tslab(['volume', 'create', '-d', 'nfs', 'x']).stderr).toContain('plugin "nfs" not found');
    expect(output('volume', 'prune', '-af', '--filter', 'label!=tier')).toBe('Total reclaimed space: 0B\n');
    expect(output('volume', 'prune', '-af', '--filter', 'label=tier')).toMatch(/^Deleted Volumes:\nlabelled\n/);
    expect(output('volume', 'rm', '-f', 'mem', 'nothing')).toBe('mem\nnothing\n');
  });

  it('makes an anonymous one where the name is empty', () => {
    const made = output('volume', 'create', '').trim();
    expect(made).toMatch(/^[0-9a-f]{64}$/);
    output('volume', 'rm', made);
  });

  it('tells of each volume that is not there, and goes on with the rest', () => {
    output('volume', 'create', 'second');
    const { status, stdout, stderr } = tslab(['volume', 'rm', 'first', 'second']);
    expect({ status, stdout }).toEqual({ status: 1, stdout: 'second\n' });
    expect(stderr).toMatch(/^Error: No such volume: first\n/);
  });

  it('asks before it prunes, and takes no answer for a no', () => {
    const name = output('volume', 'create').trim();
    expect(name).toMatch(/^[0-9a-f]{64}$/);
    for (const answer of ['echo n', 'true']) {
      expect(shell(`${answer} | tslab volume prune`).stderr).toContain('Are you sure you want to continue? [y/N]');
      expect(output('volume', 'ls', '-q')).toBe(`${name}\n`);
    }
    expect(shell('echo y | tslab volume prune').stdout).toMatch(
      new RegExp(`^Deleted Volumes:\n${name}\n\nTotal reclaimed space: [\\d.]+k?B\n$`),
    );
    expect(output('volume', 'ls', '-q')).toBe('');
  });
});

describe.skipIf(!isRoot)('volumes that containers use (skipped without root: it runs containers)', () => {
  it('without a name go when their container never came to be, since the command was killed before', async () => {
    runDetached('user', 'true', ['-v', '/anonymous']);
    const used = output('volume', 'ls', '-q').trim();
    const [made, never] = [createAnonymous().name, anonymousName()];
    const ledger = join(state(), 'ledger', `${await deadOwner()}.jsonl`);
    writeFileSync(ledger, [made, never, used].map((name) => JSON.stringify({ kind: 'volume', name })).join('\n'));
    expect(tslab(['ps']).stderr).toMatch(new RegExp(`removed what an earlier run left: .*volume ${made}`));
    expect(output('volume', 'ls', '-q')).toBe(`${used}\n`);
    expect(existsSync(ledger)).toBe(false);
    output('rm', '-fv', 'user');
  });

  it('are kept from rm and from prune, as long as the container exists', async () => {
    const user = runDetached('user', 'echo mine > /data/file; exec sleep 1000', [
      '-v',
      'data:/data',
      '-v',
      '/anonymous',
    ]);
    expect(tslab(['volume', 'rm', 'data'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^Error: .*in use by user/),
    });
    await killInit(user);
    expect(output('volume', 'prune', '-af')).toBe('Total reclaimed space: 0B\n');
    expect(readFileSync(join(state(), 'volumes/data/_data/file'), 'utf8')).toBe('mine\n');
    output('prune', '-f');
    expect(output('volume', 'prune', '-f')).toMatch(/^Deleted Volumes:\n[0-9a-f]{64}\n/);
    expect(output('volume', 'ls', '-q')).toBe('data\n');
  });
});
