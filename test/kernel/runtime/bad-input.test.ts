import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findContainer, listContainers } from '../../../src/container/store/find.js';
import { output, runDetached, useOwnState } from '../runtime-info/containers.js';
import { shell, TSLAB, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

describe.skipIf(!isRoot)('tslab run refuses (skipped without root)', () => {
  it.each<[string[], RegExp]>([
    [['--pull', 'never', 'busybx'], /Unable to find image 'busybx' locally\nDid you mean busybox\?/],
    [['--pull', 'never', 'ubuntu'], /Unable to find image 'ubuntu' locally\nThese need no network: busybox, /],
    [['127.0.0.1:1/busybox'], /Unable to find image '127.*' locally, nor to pull it: nothing answers at 127.0.0.1:1 /],
    [['--colour', 'busybox'], /unknown flag: --colour/],
    [['--cpus', '1', '--cpu-quota', '5000', 'busybox'], /Conflicting options/],
    [['-m', '1k', 'busybox'], /invalid argument "1k" for "-m, --memory" flag: the least memory limit is 6m/],
    [['-m', 'lots', 'busybox'], /a size such as 64m/],
    [['--cpuset-cpus', '63', 'busybox'], /list of CPUs "63" is not possible/],
    [['-v', 'a/b:/c', 'busybox'], /includes invalid characters/],
    [['-v', '/tmp:c', 'busybox'], /mount path must be absolute/],
    [['-v', '/tmp:/', 'busybox'], /destination can't be '\/'/],
    [['--name', 'a b', 'busybox'], /Invalid container name/],
    [['--restart', 'sometimes', 'busybox'], /unknown policy 'sometimes'/],
    [['--restart', 'on-failure', '--rm', 'busybox'], /cannot specify both/],
    [['-u', 'nosuch', 'busybox'], /unable to find user nosuch/],
    [['-w', 'here', 'busybox'], /an absolute path/],
    [['--rootfs', '/no/such', 'busybox'], /"\/no\/such" does not exist/],
    [['--skip', 'pivto', 'busybox'], /no such piece.*\nDid you mean pivot\?/],
    [['--skip', 'program', 'busybox'], /no such piece/],
    [['-e', '=x', 'busybox'], /invalid environment variable/],
  ])('%j, with docker’s 125, and leaves nothing', (words, reason) => {
    const { status, stdout, stderr } = tslab(['run', ...words]);
    expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toMatch(/ {4}at /); // no stack
    for (const { config } of listContainers(() => {})) output('rm', config.name);
    expect(readdirSync(join(state(), 'containers'))).toEqual([]);
  });

  it('a limit that is not possible, and leaves no cgroup for the next one to remove', () => {
    expect(tslab(['run', '--rm', '--cpuset-cpus', '63', 'busybox', 'true']).status).toBe(125);
    expect(tslab(['run', '--rm', 'busybox', 'true'])).toMatchObject({ status: 0, stderr: '' });
  });

  it('a name that is taken', () => {
    const { config } = runDetached('taken', 'sleep 1000');
    const { status, stderr } = tslab(['run', '--name', 'taken', '-v', '/anonymous', 'busybox', 'true']);
    expect(status).toBe(125);
    expect(output('volume', 'ls', '-q')).toBe('');
    expect(stderr).toContain(`The name "taken" is in use by container ${config.id.slice(0, 12)}`);
    output('rm', '-f', 'taken');
  });

  it('an --env-file that is not there', () => {
    // Node 20 takes the option for its own, wherever it stands, unless `--` stands before.
    const words = ['--', TSLAB, 'run', '--env-file', '/no/such', 'busybox'];
    const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 125, stderr: expect.stringMatching(/--env-file \/no\/such: ENOENT/) });
  });

  it('an --env-file that is no UTF-8, rather than change its bytes', () => {
    const file = join(state(), 'latin1');
    writeFileSync(file, Buffer.from('NAME=caf\xe9\n', 'latin1'));
    const words = ['--', TSLAB, 'run', '--rm', '--env-file', file, 'busybox', 'env'];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 125, stdout: '', stderr: expect.stringMatching(/utf-8/i) });
  });

  it('no image at all, with docker’s 1', () => {
    expect(tslab(['run'])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/'tslab run' requires at least 1 argument/),
    });
  });

  it('to go on with a container whose state is damaged, and puts that aside', () => {
    const { directory } = runDetached('broken', 'true');
    output('wait', 'broken');
    writeFileSync(join(directory, 'state.json'), '{"status":');
    const { status, stderr } = tslab(['start', 'broken']);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/put aside.*state\.json is damaged/),
    });
    expect(tslab(['run', '--rm', '--name', 'broken', 'busybox', 'true']).status).toBe(0);
  });

  it('to fill a disk that is full, and says so', () => {
    // In a mount namespace of its own, where the state directory is a very small tmpfs.
    const script =
      'mount -t tmpfs -o size=64k,nr_inodes=40 small "$TSLAB_STATE"; tslab run --rm busybox true; echo "status $?"';
    const { stdout, stderr } = shell(`export -f tslab; unshare -m bash -c '${script}'`);
    expect(stdout).toBe('status 125\n');
    expect(stderr).toMatch(/ENOSPC|disk is full|no space/i);
  });
});

describe.skipIf(!isRoot)('tslab run -d (skipped without root)', () => {
  it('says what the supervisor was told by the kernel, with the same status', () => {
    expect(tslab(['run', '-d', '--name', 'wrong', 'busybox', 'nosuch'])).toMatchObject({
      status: 127,
      stdout: '',
      stderr: expect.stringMatching(/"nosuch": executable file not found in \$PATH/),
    });
    expect(findContainer('wrong').state).toMatchObject({ status: 'created', exitCode: 127 });
    output('rm', 'wrong');
    expect(tslab(['run', '-d', '--rm', 'busybox', '/etc']).status).toBe(126);
    expect(listContainers(() => {})).toEqual([]);
  });
});
