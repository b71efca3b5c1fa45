import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContainerState } from '../../../src/container/state.js';
import { readContainer } from '../../../src/container/store/read.js';
import { readSpecFile } from '../../../src/oci/config-json.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { output, until, useOwnState } from '../runtime-info/containers.js';
import { shell, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const state = useOwnState();

/** A container that has ended, and its directory. */
function make(name: string): string {
  output('run', '--name', name, '-v', `of-${name}:/v`, 'busybox', 'true');
  return join(state(), 'containers', output('ps', '-aq', '--no-trunc', '-f', `name=^${name}$`).trim());
}

function change(file: string, fields: object): void {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }));
}

describe.skipIf(!isRoot)('a file of a container (skipped without root)', () => {
  it.each<[string, (directory: string) => void, RegExp]>([
    ['null', (at) => writeFileSync(join(at, 'state.json'), 'null'), /state\.json is damaged: it is null/],
    ['torn', (at) => writeFileSync(join(at, 'container.json'), '{"id":'), /container\.json is damaged: it is no JSON/],
    ['of a wrong type', (at) => change(join(at, 'container.json'), { mounts: 7 }), /mounts is 7, not a list/],
    [
      'with a wrong field deep inside',
      (at) => change(join(at, 'state.json'), { init: { pid: 'x' } }),
      /init\.pid is "x"/,
    ],
    [
      'with a name that is a path',
      (at) => change(join(at, 'container.json'), { name: '../../x' }),
      /name is "..\/..\/x"/,
    ],
    [
      'of another container',
      (at) => change(join(at, 'container.json'), { id: 'a'.repeat(64) }),
      /its id is aaaaaaaaaaaa/,
    ],
    ['a FIFO', (at) => replace(join(at, 'state.json'), (path) => execFileSync('mkfifo', [path])), /not a regular file/],
    ['a directory', (at) => replace(join(at, 'container.json'), (path) => mkdirSync(path)), /not a regular file/],
    ['a loop', (at) => replace(join(at, 'container.json'), (path) => symlinkSync('container.json', path)), /ELOOP/],
    ['enormous', (at) => truncateSync(join(at, 'state.json'), 1e8), /has more than/],
  ])('%s: is put aside by name, and the others go on', (_, damage, why) => {
    const [good, bad] = [make('good'), make('bad')];
    damage(bad);
    const { status, stdout, stderr } = tslab(['ps', '-a', '--format', '{{.Names}}']);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'good\n', stderr: expect.stringMatching(why) });
    expect([existsSync(good), existsSync(bad)]).toEqual([true, false]);
    expect(tslab(['cleanup']).status).toBe(0);
    output('rm', 'good');
  });

  it('is read anew by who has read it, when another has changed it', () => {
    const id = basename(make('first'));
    const name = () => readContainer(id)?.config.name;
    expect(name()).toBe('first');
    output('rename', 'first', 'other');
    expect(name()).toBe('other');
    change(join(state(), 'containers', id, 'container.json'), { name: 'third' });
    expect(name()).toBe('third');
    rmSync(join(state(), 'containers', id, 'container.json'));
    expect(name).toThrow('is damaged');
  });

  it('that is a FIFO where a log should be holds up neither logs nor the supervisor', () => {
    const directory = make('piped');
    for (const name of ['stdout.log', 'log.index', 'lock'])
      replace(join(directory, name), (path) => execFileSync('mkfifo', [path]));
    expect(tslab(['logs', 'piped']).status).toBeLessThan(2);
    expect(output('start', 'piped')).toBe('piped\n');
    expect(output('wait', 'piped')).toBe('0\n');
    output('rm', 'piped');
  });

  it('without a version is one of the first release, and is used as it is', () => {
    const directory = make('first');
    for (const name of ['container.json', 'state.json']) {
      const { version, ...fields } = JSON.parse(readFileSync(join(directory, name), 'utf8'));
      expect(version).toBe(1);
      writeFileSync(join(directory, name), JSON.stringify(fields));
    }
    expect(output('start', 'first')).toBe('first\n');
    expect(output('wait', 'first')).toBe('0\n');
    output('rm', 'first');
  });

  it('is the record under the name that it had before there were specs: it is used, and at a start gets its own', () => {
    const directory = make('before');
    renameSync(join(directory, 'container.json'), join(directory, 'config.json'));
    expect(output('rename', 'before', 'after')).toBe('');
    rmSync(join(directory, 'config.json'));
    renameSync(join(directory, 'container.json'), join(directory, 'config.json'));
    expect(tslab(['volume', 'rm', 'of-before']).stderr).toContain('is in use by');
    expect(output('start', 'after')).toBe('after\n');
    expect(output('wait', 'after')).toBe('0\n');
    expect(JSON.parse(readFileSync(join(directory, 'container.json'), 'utf8'))).toMatchObject({ name: 'after' });
    expect(readSpecFile(join(directory, 'config.json')).process.args).toEqual(['true']);
    output('rm', 'after');
  });

  it('of a newer tslab is refused and left alone, with its volumes, and the others go on', () => {
    const [newer] = [make('newer'), make('good')];
    change(join(newer, 'container.json'), { version: 2, mounts: { later: 'of-newer' } });
    const text = readFileSync(join(newer, 'container.json'), 'utf8');
    expect(tslab(['ps', '-a', '--format', '{{.Names}}'])).toMatchObject({
      status: 0,
      stdout: 'good\n',
      stderr: expect.stringContaining('was written by a newer tslab: its version is 2, and this one knows 1'),
    });
    for (const words of [['start'], ['inspect'], ['rm', '-f']]) {
      expect(tslab([...words, 'newer'])).toMatchObject({ status: 1, stderr: expect.stringMatching(/newer tslab/) });
    }
    expect(tslab(['volume', 'rm', 'of-newer']).stderr).toContain('is in use by');
    expect(tslab(['cleanup']).status).toBe(0);
    expect(readFileSync(join(newer, 'container.json'), 'utf8')).toBe(text);
    rmSync(newer, { recursive: true });
    output('rm', 'good');
  });
});

function replace(path: string, by: (path: string) => void): void {
  rmSync(path, { force: true });
  by(path);
}

describe.skipIf(!isRoot)('a disk (skipped without root)', () => {
  it('that has turned read-only for everybody keeps nobody from looking at a container, entering it and ending it', () => {
    const commands = [
      'ps -q',
      'logs web',
      'inspect web',
      'top web',
      'exec web true',
      'kill web',
      'stop web',
      'rm -f web',
    ];
    const told = onDisk(`
      tslab run -d --name web busybox sleep 1000 >/dev/null; 
      mount --bind "$TSLAB_STATE" "$TSLAB_STATE"; mount -o remount,ro,bind "$TSLAB_STATE"
      for c in ${commands.map((one) => `"${one}"`).join(' ')}; do tslab $c > /dev/null 2>&1; echo "$? $c"; done
      tslab run busybox true 2>&1; echo $?; umount -l "$TSLAB_STATE"; tslab rm -f web; sleep 1`);
    expect(told.slice(0, commands.length)).toEqual(commands.map((one) => `0 ${one}`));
    expect(told.slice(commands.length).join('\n')).toMatch(
      /EROFS: the file system is read-only\.\nContainers that run go on.*\n125\nweb$/s,
    );
  });

  it('that is full lets no restart stop what it could not start', () => {
    const told = onDisk(`
      tslab run -d --name web busybox sleep 1000 >/dev/null
      head -c 20m /dev/zero > "$TSLAB_STATE"/big 2>/dev/null
      tslab restart -t 0 web 2>&1; tslab ps --format "{{.Names}} {{.State}}"
      rm "$TSLAB_STATE"/big; tslab restart -t 0 web; tslab rm -f web; sleep 1`);
    expect(told.join('\n')).toMatch(/ENOSPC: the disk is full\.\n.*\nweb running\nweb\nweb$/);
  });

  it('without a free inode says so', () => {
    const told = onDisk(`
      tslab run --name web busybox true; i=0
      while : 2>/dev/null > "$TSLAB_STATE"/file$i; do i=$((i + 1)); done 2>/dev/null
      tslab rename web other 2>&1; rm "$TSLAB_STATE"/file*; tslab rename web other; tslab rm other`);
    expect(told.join('\n')).toMatch(/ENOSPC: no inode is free.*\n.*df -i.*\nother$/);
  });
});

describe.skipIf(!isRoot)('a state directory that somebody removes (skipped without root)', () => {
  it('is not made again by the supervisor, which ends a moment later', async () => {
    const removed = join(state(), 'removed');
    const words = ['run', '-d', '--name', 'web', '--network', 'none', 'busybox', 'sleep', '1000'];
    const { stdout: id } = tslab(words, { TSLAB_STATE: removed });
    const file = join(removed, 'containers', id.trim(), 'state.json');
    const { owner } = JSON.parse(readFileSync(file, 'utf8')) as ContainerState;
    tslab(['rm', '-f', 'web'], { TSLAB_STATE: removed });
    rmSync(removed, { recursive: true });
    await until(() => !isAlive(owner.pid, owner.startTime));
    expect(existsSync(removed)).toBe(false);
  });
});

/** What a script prints where the state directory is a small disk of its own. */
function onDisk(script: string): string[] {
  const setUp = 'mount -t tmpfs -o size=12m,nr_inodes=2000 small "$TSLAB_STATE"';
  const { stdout } = shell(`export -f tslab; unshare -m --propagation private bash -c '${setUp}; ${script}' 2>&1`);
  return stdout.trimEnd().split('\n');
}
