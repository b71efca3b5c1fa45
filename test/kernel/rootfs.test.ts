import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findProgram, programDirectories } from '../../src/kernel/files/program-path.js';
import { findBusybox } from '../../src/rootfs/busybox.js';
import { ESSENTIAL } from '../../src/rootfs/programs.js';
import { buildFromBusybox, buildFromHost } from '../../src/rootfs/rootfs.js';
import { ledgerFiles } from '../../src/state/ledger/ledger-file.js';
import { sweep } from '../../src/state/ledger/sweep.js';
import { useTemporaryState } from '../unit/state/temporary-state.js';

const isRoot = process.geteuid?.() === 0;
const state = useTemporaryState();

describe.skipIf(!isRoot)('inside the root filesystem (skipped without root: chroot)', () => {
  it('of the host, programs run: sh, ls, ps and all the others', () => {
    const { path } = buildFromHost();
    const output = runInside(path, 'ls / && ps && id -un && ls -ln /etc/passwd | cut -d" " -f3');
    expect(output).toMatch(/^bin\ndev\netc\n/);
    expect(output).toMatch(/^ *1 .*\bsh$/m);
    expect(output).toMatch(/root\n0\n$/);
  });

  it('of the host, each program finds its libraries', () => {
    const { path } = buildFromHost();
    for (const name of readdirSync(join(path, 'usr/bin'))) {
      const { status, stderr } = spawnSync('chroot', [path, `/usr/bin/${name}`, '--version'], { encoding: 'utf8' });
      expect([name, status, stderr]).not.toContain(127);
    }
  });

  it('of a host with coreutils and a shell and nothing more, scripts stand in for the rest', () => {
    const { path } = buildFromHost([poorHost()]);
    const output = runInside(path, 'hostname; ps; mount; sleep 30 & kill $! && wait $! || echo $?');
    expect(output).toMatch(/^ *1 +0 S sh$/m);
    expect(output).toMatch(/^proc \/proc proc /m);
    expect(output).toMatch(/143\n$/);
    expect(output.split('\n')[0]).toBe(execFileSync('uname', ['-n'], { encoding: 'utf8' }).trim());
  });

  it.skipIf(!findBusybox())('of busybox, programs run (skipped where the host has no static busybox)', () => {
    const busybox = findBusybox();
    if (!busybox) throw new Error('unreachable');
    const output = runInside(buildFromBusybox(busybox).path, 'ls / && ps && /usr/bin/env true && id -un');
    expect(output).toMatch(/^bin\ndev\netc\n/);
    expect(output).toMatch(/^ *1 root .*\bsh\b/m);
    expect(output).toMatch(/root\n$/);
  });

  it('a run that only reads leaves it whole, and one that writes is found out', () => {
    const built = () => statSync(buildFromHost().path).ino;
    const first = built();
    runInside(buildFromHost().path, 'cat /etc/passwd; ls -lR /');
    expect(built()).toBe(first);
    // /dev has no nodes: this makes a file called null.
    runInside(buildFromHost().path, 'ls > /dev/null');
    expect(existsSync(join(buildFromHost().path, 'dev/null'))).toBe(false);
  });
});

describe.skipIf(!isRoot)(
  'the root filesystem of a user who is not root (skipped without root: it becomes nobody)',
  () => {
    it('is built all the same', () => {
      execFileSync('chown', ['65534', state()]);
      process.seteuid?.(65534);
      try {
        const { path } = buildFromHost();
        expect(buildFromHost().path).toBe(path);
        expect(existsSync(join(path, 'usr/bin/cat'))).toBe(true);
      } finally {
        process.seteuid?.(0);
      }
    });
  },
);

describe.skipIf(!isRoot)('a full disk (skipped without root: it mounts one)', () => {
  it('is explained with the path and the space that is needed, and nothing half-built stays', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tslab-test', state()]);
    try {
      expect(() => buildFromHost()).toThrow(/could not be built in .*: ENOSPC: the disk is full; it takes \d+\.\d MB/);
      expect(() => buildFromHost()).toThrow(expect.objectContaining({ name: 'UserError', status: 3 }));
      expect(readdirSync(join(state(), 'rootfs'))).toEqual([]);
      expect(ledgerFiles()).toEqual([]);
    } finally {
      execFileSync('umount', [state()]);
    }
  });
});

describe.skipIf(!isRoot)('an old root filesystem (skipped without root: chroot)', () => {
  it('stays while a process stands in it, and goes with a later one', async () => {
    const programs = poorHost();
    const old = buildFromHost([programs]).path;
    const user = spawn('chroot', [old, '/bin/sleep', '60']);
    await once(user, 'spawn');
    await until(() => execFileSync('readlink', [`/proc/${user.pid}/root`], { encoding: 'utf8' }).trim() === old);
    const newer = upgrade(programs, 1);
    expect(existsSync(old)).toBe(true);
    await kill(user);
    const newest = upgrade(programs, 2);
    expect([old, newer, newest].map((path) => existsSync(path))).toEqual([false, false, true]);
  });
});

describe('builders in processes of their own (compiled code: npm run build)', () => {
  it('may work at the same time, also on a damaged one: all use the same whole root', async () => {
    for (const damage of [false, true]) {
      const { path } = buildFromHost();
      if (damage) rmSync(join(path, 'etc/passwd'));
      else rmSync(join(state(), 'rootfs'), { recursive: true });
      const outputs = await Promise.all(Array.from({ length: 4 }, () => outputOf(startBuilder())));
      expect(outputs).toEqual(Array(4).fill(path));
      expect(readdirSync(join(path, '../..'))).toEqual([path.split('/').at(-2)]);
    }
    expect(ledgerFiles()).toEqual([]);
  });

  it('may be killed at any moment: a half-built root is never used, and the next start removes it', async () => {
    let halfBuilt = 0;
    for (let round = 0; round < 10; round++) {
      const builder = startBuilder();
      // Half of them are caught while they plan, the others while they write.
      const isAtWork = () => (round % 2 === 0 ? existsSync(join(state(), 'rootfs')) : temporaries().length > 0);
      await until(() => isAtWork() || builder.exitCode !== null);
      await new Promise((resolve) => setTimeout(resolve, 10 * round));
      await kill(builder);
      halfBuilt += temporaries().length;
      expect(sweep().filter(({ problem }) => problem)).toEqual([]);
      expect(temporaries()).toEqual([]);
      expect(ledgerFiles()).toEqual([]);
      const { path } = buildFromHost();
      expect(existsSync(join(path, 'bin/sh'))).toBe(true);
      rmSync(join(state(), 'rootfs'), { recursive: true });
    }
    expect(halfBuilt, 'builders that were caught at work').toBeGreaterThan(0);
  });
});

/** What builders have not finished. */
function temporaries(): string[] {
  const directory = join(state(), 'rootfs');
  return existsSync(directory) ? readdirSync(directory).filter((name) => name.startsWith('.tmp-')) : [];
}

/** Runs a line of shell in new mount and pid namespaces, with /proc, in this root. */
function runInside(root: string, line: string): string {
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" /bin/sh -c "$1"';
  const argv = ['--mount', '--pid', '--fork', 'sh', '-c', script, root, line];
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
  return execFileSync('unshare', argv, { encoding: 'utf8', env, stdio: 'pipe' });
}

/** A directory with the programs that no lab can do without, and none of the others. */
function poorHost(): string {
  const directory = join(state(), 'host');
  mkdirSync(directory);
  for (const name of ESSENTIAL) copyFileSync(findProgram(name, programDirectories()) ?? '', join(directory, name));
  return directory;
}

function upgrade(programs: string, time: number): string {
  utimesSync(join(programs, 'ls'), time, time);
  return buildFromHost([programs]).path;
}

function startBuilder(): ChildProcess {
  const module = pathToFileURL('dist/src/rootfs/rootfs.js').href;
  const code = `import { buildFromHost } from ${JSON.stringify(module)}; process.stdout.write(buildFromHost().path)`;
  return spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (data) => {
    output += data;
  });
  await once(child, 'close');
  return output;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 20_000) throw new Error('waited 20 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
