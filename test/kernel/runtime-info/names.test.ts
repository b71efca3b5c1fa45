import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { namesIn, nodePath } from '../../../src/kernel/files/file-names.js';
import { changes } from '../../../src/overlay/changes.js';
import { paths } from '../../../src/state/tree.js';
import { makeDeepTree } from '../../unit/state/deep-tree.js';
import { shell, tslab } from '../tslab.js';
import { output, useOwnState } from './containers.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-names-'));
});
afterAll(() => execFileSync('rm', ['-rf', here]));

/** What bash and tslab print, byte for byte. */
function bytesOf(command: string): string {
  const { status, stdout, stderr } = shell(`set -e; cd '${here}'; (${command}) | od -An -c -v | tr -s ' \\n' ' '`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.trim();
}

describe.skipIf(!isRoot)('names and words that are no UTF-8 (skipped without root: it runs containers)', () => {
  beforeAll(() => {
    mkdirSync(nodePath(join(here, 'd\udcff')));
    writeFileSync(nodePath(join(here, 'd\udcff/caf\udce9')), 'one\n');
    output('run', '-d', '--name', 'one', 'busybox', 'sleep', '1000');
  });

  it('are copied into a container and out of it, and can be given to cp', () => {
    shell(
      `cd '${here}'; tslab cp d$'\\xff' one:/; tslab cp one:/d$'\\xff' back; tslab cp one:/d$'\\xff'/caf$'\\xe9' $'\\xfe'`,
    );
    expect(namesIn(join(here, 'back'))).toEqual(['caf\udce9']);
    expect(namesIn(here)).toContain('\udcfe');
    const { directory } = findContainer('one');
    expect(paths(join(directory, 'upper'))).toEqual(['d\udcff', 'd\udcff/caf\udce9']);
  });

  it('reach the program as they were given: arguments, -e, -w', () => {
    expect(bytesOf(`tslab run --rm busybox printf %s a$'\\xe9'é`)).toBe('a 351 303 251');
    expect(bytesOf(`tslab exec one printf %s $'\\xff'`)).toBe('377');
    expect(bytesOf(`tslab run --rm -e A=$'\\xe9' busybox sh -c 'printf %s "$A"'`)).toBe('351');
    expect(bytesOf(`A=$'\\xe8' tslab run --rm -e A busybox sh -c 'printf %s "$A"'`)).toBe('350');
    expect(bytesOf(`tslab exec -w /d$'\\xff' one pwd`)).toBe('/ d 377 \\n');
  });

  it('name mounts, and the working directory', () => {
    const mounted = `tslab run --rm -v "$PWD"/d$'\\xff':/m$'\\xe9' busybox ls -d /m$'\\xe9'/caf$'\\xe9' >/dev/null && echo yes`;
    expect(bytesOf(mounted)).toBe('y e s \\n');
    expect(bytesOf(`cd d$'\\xff'; tslab run --rm -v .:/m busybox cat /m/caf$'\\xe9'`)).toBe('o n e \\n');
  });

  it('are still there when the container is started again', () => {
    bytesOf(`tslab run --name again busybox printf %s $'\\xe9' >/dev/null`);
    expect(bytesOf('tslab start -a again')).toBe('351');
    expect(JSON.parse(output('inspect', 'again'))[0].Args).toEqual(['%s', '\udce9']);
  });
});

describe.skipIf(!isRoot)('a tree deeper than a path can be long (skipped without root: it runs containers)', () => {
  const longest = 'n'.repeat(200);
  const run = (name: string) => {
    output('run', '--name', name, 'busybox', 'mkdir', '/deep');
    const { directory } = findContainer(name);
    makeDeepTree(join(directory, 'upper/deep'), 40, longest);
    return directory;
  };

  it('is told by diff, copied, and removed', () => {
    const directory = run('tree');
    expect(output('diff', 'tree').trimEnd().split('\n').at(-1)).toBe(`A /deep/${`${longest}/`.repeat(40)}leaf`);
    output('cp', 'tree:/deep', join(here, 'out'));
    output('cp', join(here, 'out'), 'tree:/in');
    expect(paths(join(directory, 'upper/in')).length).toBe(41);
    output('rm', 'tree');
    expect(readdirSync(join(state(), 'containers'))).not.toContain(directory);
    expect(existsSync(`${directory}.removed`)).toBe(false);
  });

  it('is removed by prune, which counts it', () => {
    const directory = run('tree');
    expect(output('prune', '-f')).toMatch(/Total reclaimed space: \d+/);
    expect(existsSync(directory) || existsSync(`${directory}.removed`)).toBe(false);
  });
});

describe.skipIf(!isRoot)('what cannot be removed (skipped without root: it mounts)', () => {
  it('is named by rm, and all else is gone; what is mounted there stays', () => {
    output('run', '--name', 'kept', 'busybox', 'sh', '-c', 'mkdir -p /a/m /b; echo > /b/file');
    const { directory } = findContainer('kept');
    const command = `precious=$(mktemp -d); touch $precious/file; mount --bind $precious '${directory}/upper/a/m'; tslab rm kept; echo $?; ls $precious; rm -r $precious`;
    const { stdout, stderr } = shell(
      `export -f tslab; unshare -m --propagation private bash -c "$(cat <<'END'\n${command}\nEND\n)"`,
    );
    expect(stdout).toBe('1\nfile\n');
    expect(stderr).toMatch(/^Error: .*something is mounted on .*\/upper\/a\/m: umount/);
    expect(tslab(['cleanup']).status).toBe(0);
    expect(existsSync(`${directory}.removed`)).toBe(false);
  });

  it('is said of an immutable file by its name, once', (test) => {
    output('run', '--name', 'fixed', 'busybox', 'sh', '-c', 'mkdir -p /a/b /c; echo > /a/b/file; echo > /c/other');
    const { directory } = findContainer('fixed');
    const doomed = `${directory}.removed`;
    if (shell(`chattr +i '${directory}/upper/a/b/file'`).status !== 0)
      return test.skip('this file system has no chattr +i');
    const { status, stderr } = tslab(['rm', 'fixed']);
    const left = paths(doomed);
    shell(`chattr -i '${doomed}/upper/a/b/file'`);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/^Error: .*\/upper\/a\/b\/file cannot be removed: EPERM: .*\n$/),
    });
    expect(left).toEqual(['upper', 'upper/a', 'upper/a/b', 'upper/a/b/file']);
    expect(tslab(['cleanup']).status).toBe(0);
    expect(existsSync(doomed)).toBe(false);
  });
});

/** What drives a terminal, turns or hides text, or forges a line. */
const DRIVES = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

describe.skipIf(!isRoot)('what a container or its maker has chosen (skipped without root: it runs containers)', () => {
  const evil = '\x1b]0;owned\x07\u009b31m\u202e\u2028\nD /etc/shadow';

  it('is written out by every command that shows it, on one line', () => {
    output('run', '--name', 'evil', 'busybox', 'sh', '-c', `mkfifo '/${evil.replace('/etc/', '')}'; true '${evil}'`);
    const shown = [
      ['diff', 'evil'],
      ['ps', '-a', '--no-trunc'],
      ['ps', '-a', '--format', 'table {{.Command}}\t{{.Names}}'],
      ['ps', '-a', '--format', '{{.Command}}'],
      ['inspect', 'evil'],
      ['inspect', '--format', '{{.Path}} {{.Args}}', 'evil'],
      ['cp', 'evil:/', join(here, 'evil')],
      ['cp', `evil:/${evil}`, here],
      ['run', '--rm', 'busybox', evil],
      ['run', '--rm', evil],
      ['rm', evil],
      ['run', '--dry-run', 'busybox', evil],
      ['run', '--name', evil, 'busybox'],
    ].map((words) => {
      const { stdout, stderr } = tslab(words);
      return { words, text: stdout + stderr };
    });
    expect(shown.filter(({ text }) => DRIVES.test(text) || /^D .etc/m.test(text))).toEqual([]);
    expect(JSON.parse(output('inspect', 'evil'))[0].Args[1]).toContain(evil);
  });
});

describe.skipIf(!isRoot)('a file with holes (skipped without root: it runs containers)', () => {
  it('is copied with them: it takes no more room than before', () => {
    output('run', '--name', 'holes', 'busybox', 'sh', '-c', 'truncate -s 50G /f; echo end >> /f; truncate -s 60G /f');
    output('cp', 'holes:/f', join(here, 'f'));
    const { size, blocks } = statSync(join(here, 'f'));
    expect({ size, isSmall: blocks < 1000 }).toEqual({ size: 60 * 2 ** 30, isSmall: true });
    expect(shell(`tail -c +$((50 << 30 | 1)) '${here}/f' | head -c 4`).stdout).toBe('end\n');
  });
});

describe.skipIf(!isRoot)('a user who is not root (skipped without root: it becomes nobody)', () => {
  it('hears which directory of a container could not be read, after all other changes', () => {
    const upper = mkdtempSync(join(tmpdir(), 'tslab-upper-'));
    mkdirSync(join(upper, 'closed/inside'), { recursive: true });
    mkdirSync(join(upper, 'open'));
    execFileSync('sh', ['-c', 'chown -R 65534 "$0"; chmod 0 "$0/closed"', upper]);
    const told: string[] = [];
    process.seteuid?.(65534);
    try {
      const all = changes({ upper, lower: [], privileged: false });
      expect(() => {
        for (const { path } of all) told.push(path);
      }).toThrow('/closed: EACCES: this user may not read');
    } finally {
      process.seteuid?.(0);
      execFileSync('rm', ['-r', upper]);
    }
    expect(told).toEqual(['/closed', '/open']);
  });
});
