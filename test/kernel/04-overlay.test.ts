import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeInitLayer } from '../../labs/04-overlay/calls/init-layer.js';
import { mountAtOnce, mountByShortNames, mountLayerByLayer } from '../../labs/04-overlay/calls/mount.js';
import { type Overlay, parseLayers } from '../../labs/04-overlay/calls/options.js';
import { tryOverlay } from '../../labs/04-overlay/calls/refusal.js';
import { makeWritableLayer } from '../../labs/04-overlay/calls/writable-layer.js';
import { overlayLab } from '../../labs/04-overlay/lab.js';
import { makeLayer } from '../../labs/04-overlay/steps/setup.js';
import { call } from '../../src/kernel/call.js';
import { chdir, mount } from '../../src/kernel/calls/index.js';
import * as k from '../../src/kernel/constants.js';
import type { Syscall } from '../../src/kernel/syscall.js';
import { readChanges } from '../../src/overlay/changes.js';
import { parseMountinfo, readMountinfo } from '../../src/procfs/mountinfo.js';
import { diskUsage } from '../../src/state/tree.js';
import { run, shell, thrownBy } from '../support/inside.js';
import { needs, ORDINARY_USER } from '../support/needs.js';
import { SABOTAGES } from './checks/04-overlay.js';
import { eachCheckIsSeenToFail } from './checks/each-check.js';
import {
  expectHeld,
  expectOrder,
  expectWellFormed,
  lookAtHost,
  parseEvents,
  Told,
  tell,
  tellWithout,
  useLab,
} from './support.js';

const lab = useLab(overlayLab);

describe('lab 04-overlay', () => {
  beforeEach((test) => needs(test, 'root'));

  it('holds, step by step, in events that survive JSON', () => expectHeld(lab));

  it('shows the one write in upper as a copy of the whole file, and the file below as it was', () => {
    const [upper, again] = lab.told.seen('copy-up', /copy-up\/upper$/).map(({ value }) => value);
    expect([upper, again]).toEqual(['', 'directory: demo\nfile, 1048577 bytes: demo/data']);
    const [before, after] = lab.told.seen('copy-up', /app\/demo\/data$/).map(({ value }) => value);
    expect(after).toBe(before);
  });

  it('gives the container the inode number of the file below, before and after', () => {
    const numbers = lab.told.seen('copy-up', /^ls -i/).map(({ value }) => value);
    expect(numbers).toEqual([expect.stringMatching(/^\d+ \/demo\/data$/), numbers[0]]);
    expect(lab.told.seen('copy-up', /app\/demo\/data$/)[0]?.value).toContain(`inode ${numbers[0]?.split(' ')[0]},`);
  });

  it('shows a deletion as a device, and a replaced directory as an attribute that a call has read', () => {
    expect(lastSeen('whiteout', /upper$/)).toBe('directory: demo\ncharacter device 0:0: demo/old');
    expect(callsOf('opaque', 'lgetxattr')).toEqual([
      expect.stringMatching(/"trusted\.overlay\.opaque", …, 256\) = 1$/),
    ]);
  });

  it('shows rename failing, and succeeding with redirect_dir, in the trace', () => {
    expect(callsOf('rename', 'renameat2')).toEqual([
      'renameat2(AT_FDCWD, "/demo/logs", AT_FDCWD, "/demo/diary", 0) = -18',
    ]);
    expect(callsOf('redirect', 'renameat2')).toEqual([
      'renameat2(AT_FDCWD, "/demo/logs", AT_FDCWD, "/demo/diary", 0) = 0',
    ]);
    expect(callsOf('redirect', 'mount').at(-1)).toMatch(/redirect_dir=on"\) = 0$/);
  });

  it('measures the second container as a small part of the image', () => {
    const [image, container] = lab.told.all('measure').filter(({ step }) => step === 'two-containers');
    expect(image?.value).toBeGreaterThan(1 << 20);
    expect(container?.value).toBeLessThan((image?.value ?? 0) / 20);
  });

  it('shows the container’s root in its own table as an overlay, with the directories that mount(2) was told', () => {
    const [root] = parseMountinfo(`${lab.told.seen('mountinfo', /mountinfo$/)[0]?.value}\n`);
    expect(root).toMatchObject({ mountPoint: '/', fstype: 'overlay' });
    const { lower, upper = '' } = parseLayers(root?.superOptions ?? []);
    expect(lower.at(-1)).toBe(lab.root);
    expect(callsOf('mountinfo', 'mount').at(-1)).toContain(`lowerdir=${lower.join(':')},upperdir=${upper},`);
  });

  it('mounts 280 layers by fsconfig, which mount(2) could not', (test) => {
    needs(test, 'Linux 6.8');
    expect(callsOf('many-layers', 'mount')).toContainEqual(expect.stringMatching(/… \/\* 6\d{4} bytes \*\/\) = -2$/));
    expect(callsOf('many-layers', 'fsconfig').filter((text) => text.includes('"lowerdir+"'))).toHaveLength(283);
    expect(lab.told.printed('many-layers')).toBe('280\n280\n');
  });

  it('writes nothing into the root filesystem that it stands on, and leaves no file of its own', () => {
    expect(lookAtHost(lab.root)).toEqual(lab.before);
    expect(temporaryFiles(process.env.TSLAB_STATE ?? '')).toEqual([]);
  });
});

/** What each step is good for: the checks that fail without it. */
const ABLATIONS: Record<string, readonly string[]> = {
  union: [
    'union: one directory has what all three layers have',
    'union: of two files with one name, the upper one is seen',
  ],
  'copy-up': ['copy-up: to add one byte, the whole file was copied up', 'copy-up: the copy is another file'],
  redirect: [
    'redirect: rename(2) of the same directory says',
    'redirect: nothing was copied: an attribute says where the files are',
  ],
  'two-containers': [
    'two-containers: container B reads nothing that A wrote',
    'two-containers: container A still reads its own',
  ],
  'init-layer': ['init-layer: what a commit would take of its own files'],
  'many-layers': [
    'many-layers: with a call for each layer, all are seen',
    'many-layers: with short names for them, as before Linux 6.8, too',
  ],
  'user-namespace': [
    'user-namespace: root of a user namespace can replace a directory',
    'user-namespace: the note is in user.overlay.opaque',
  ],
};

describe('lab 04-overlay without a step', () => {
  beforeEach((test) => needs(test, 'root'));

  it.each(overlayLab.skippable)('%s, these checks fail and no others', async (step) => {
    await tellWithout(step, lab, ABLATIONS[step] ?? []);
  });

  it('union, the checks tell what is in the base, and that no colour is', async () => {
    const leaky = await tell(overlayLab, ['union']);
    expect(leaky.checks.filter(({ step }) => step === 'union').map(({ actual }) => actual)).toEqual([
      '/bin',
      'not there',
    ]);
  });

  it('copy-up, the kernel says that the overlay is read-only', async () => {
    const leaky = await tell(overlayLab, ['copy-up']);
    expect(leaky.printed('copy-up')).toMatch(/Read-only file system/);
  });
});

eachCheckIsSeenToFail(lab, SABOTAGES, ABLATIONS);

describe('lab 04-overlay on a tmpfs, where inode numbers are small', () => {
  it('gives the container one number before and after, and not the spaces that ls puts before it', async (test) => {
    needs(test, 'root');
    const state = process.env.TSLAB_STATE;
    process.env.TSLAB_STATE = mkdtempSync('/dev/shm/tslab-overlay-');
    try {
      const [before, after] = (await tell(overlayLab)).seen('copy-up', /^ls -i/).map(({ value }) => value);
      expect(before).toMatch(/^\d+ \/demo\/data$/);
      expect(after).toBe(before);
    } finally {
      rmSync(process.env.TSLAB_STATE, { recursive: true });
      process.env.TSLAB_STATE = state;
    }
  });
});

describe('lab 04-overlay, run by an ordinary user', () => {
  it('holds but for redirect_dir, notes in user.* attributes, and leaves nothing', (test) => {
    needs(test, 'node and tslab where every user may read');
    needs(test, 'user namespaces for ordinary users');
    const { uid = process.geteuid?.() ?? 0, gid = process.getegid?.() ?? 0 } = ORDINARY_USER;
    chownSync(place, uid, gid);
    const told = runAsOrdinaryUser();
    expect(told.broken).toEqual([]);
    expect(told.end).toMatchObject({ status: 'held', impossible: ['redirect'] });
    expectOrder(told, overlayLab);
    expectWellFormed(told.events);
    const [mounted] = told
      .all('syscall')
      .filter(({ step, name, text }) => step === 'union' && name === 'mount' && text.includes('lowerdir'));
    expect(mounted?.text).toMatch(/,userxattr"\)$/);
    expect(temporaryFiles(place)).toEqual([]);
  });
});

let place = '';
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'tslab-overlay-'));
});
afterEach(() => rmSync(place, { recursive: true }));

describe('an overlay', () => {
  const ways: [string, (overlay: Overlay) => Syscall[]][] = [
    ['at once', mountAtOnce],
    ['layer by layer', mountLayerByLayer],
    ['by short names', mountByShortNames],
  ];

  for (const [how, way] of ways) {
    it(`mounted ${how} works whatever its paths look like, and only in its own namespace`, async (test) => {
      needs(test, 'root');
      if (way === mountLayerByLayer) needs(test, 'Linux 6.8');
      const odd = join(place, 'we:ir,d\\e r:');
      const bottom = makeLayer(join(odd, 'bottom'), { both: 'bottom', below: 'below' });
      const overlay = overlayAt(odd, [makeLayer(join(odd, 'top'), { both: 'top' }), bottom]);
      const before = readMountinfo();
      const { output } = await inOverlay(overlay, 'cat both below; echo written > new', way(overlay));
      expect(output).toBe('topbelow');
      expect(readdirSync(overlay.upper)).toEqual(['new']);
      expect(readMountinfo()).toEqual(before);
    });
  }

  it('shows its layers in mountinfo as they were given, by path', async (test) => {
    needs(test, 'root');
    const overlay = overlayAt(join(place, 'a,b:c'), [makeLayer(join(place, 'l:1'), { x: '' })]);
    const { output } = await inOverlay(
      overlay,
      'grep " - overlay " /proc/self/mountinfo | tail -1',
      mountAtOnce(overlay),
    );
    const { lower, upper, work } = parseLayers(parseMountinfo(output)[0]?.superOptions ?? []);
    expect({ lower, upper, work }).toEqual({ lower: overlay.lower, upper: overlay.upper, work: overlay.work });
  });

  it('on an overlay cannot be written: the refusal names the directory', async (test) => {
    needs(test, 'root');
    const overlay = overlayAt(place, [makeLayer(join(place, 'l'), { x: '' })]);
    call(
      mount(
        'overlay',
        overlay.target,
        'overlay',
        0,
        `lowerdir=${overlay.lower},upperdir=${overlay.upper},workdir=${overlay.work}`,
      ),
    );
    try {
      const error = thrownBy(() => tryOverlay(overlayAt(join(overlay.target, 'in'), overlay.lower)));
      expect(error).toMatchObject({ name: 'SyscallError', errno: 'EINVAL' });
      expect(error.message).toContain(`${overlay.target}/in/merged`);
    } finally {
      spawnSync('umount', [overlay.target]);
    }
  });
});

describe('the changes in an upper directory', () => {
  it('are what a container did, seen against layers that have deletions of their own', async (test) => {
    needs(test, 'root');
    const base = makeLayer(join(place, 'base'), { 'a/1': '', 'a/2': '', 'gone/x': '', 'b/3': '', file: '' });
    const middle = await layerBy([base], 'rm -r gone; rm -r b; mkdir b; echo > b/4');
    const top = await layerBy([middle, base], 'rm file; mkdir file; echo > file/now-a-directory');
    const overlay = overlayAt(join(place, 'c'), [top, middle, base]);
    await inOverlay(
      overlay,
      'mkdir gone; echo > gone/x; rm a/1; echo > a/2; rm -r b; mkdir b; chmod 700 file; ln -s /etc link',
    );
    const changes = readChanges(overlay).map(({ kind, path }) => `${kind} ${path}`);
    expect(changes).toEqual([
      'C /a',
      'D /a/1',
      'C /a/2',
      'C /b',
      'D /b/4',
      'C /file',
      'A /gone',
      'A /gone/x',
      'A /link',
    ]);
  });

  it('are told without following a link of the image out of it', async (test) => {
    needs(test, 'root');
    const layer = makeLayer(join(place, 'layer'), { x: '' });
    symlinkSync('/etc', join(layer, 'config'));
    const overlay = overlayAt(join(place, 'c'), [layer]);
    await inOverlay(overlay, 'rm config; mkdir config; echo > config/passwd');
    const changes = readChanges(overlay).map(({ kind, path }) => `${kind} ${path}`);
    expect(existsSync('/etc/passwd')).toBe(true);
    expect(changes).toEqual(['C /config', 'A /config/passwd']);
  });

  it('name even what has no name in UTF-8, byte for byte', async (test) => {
    needs(test, 'root');
    const overlay = overlayAt(join(place, 'c'), [makeLayer(join(place, 'l'), { x: '' })]);
    await inOverlay(overlay, "echo > $(printf '\\377'); mkdir $(printf 'd\\377'); echo > $(printf 'd\\377')/inside");
    expect(readChanges(overlay).map(({ kind, path }) => `${kind} ${path}`)).toEqual([
      'A /d\udcff',
      'A /d\udcff/inside',
      'A /\udcff',
    ]);
  });

  it('are none where nothing was changed', async (test) => {
    needs(test, 'root');
    const overlay = overlayAt(join(place, 'c'), [makeLayer(join(place, 'l'), { x: '' })]);
    await inOverlay(overlay, 'cat x; ls');
    expect(readChanges(overlay)).toEqual([]);
  });
});

describe('the directories of a container', () => {
  it('can be entered by every user inside, whatever the umask of who makes them', () => {
    const umask = process.umask(0o077);
    const { upper, target } = makeWritableLayer(join(place, 'c'));
    const init = makeInitLayer(join(place, 'init'));
    process.umask(umask);
    const modes = [upper, target, join(init, 'etc')].map((path) => statSync(path).mode & 0o777);
    expect(modes).toEqual([0o755, 0o755, 0o755]);
  });
});

describe('the init layer', () => {
  it('has a mount point for each thing that a container has of its own, and no content', () => {
    const layer = makeInitLayer(join(place, 'init'));
    const names = ['dev', 'etc', 'etc/hostname', 'etc/hosts', 'etc/mtab', 'etc/resolv.conf', 'proc', 'sys'];
    expect((readdirSync(layer, { recursive: true }) as string[]).sort()).toEqual(names);
  });
});

describe('disk usage', () => {
  it('counts blocks as du does, a file with two names once', () => {
    makeLayer(place, { 'a/large': 'x'.repeat(100_000), small: 'x' });
    spawnSync('ln', [join(place, 'a/large'), join(place, 'again')]);
    const [kilobytes] = spawnSync('du', ['-sk', place], { encoding: 'utf8' }).stdout.split('\t');
    expect(diskUsage(place)).toBe(Number(kilobytes) * 1024);
  });
});

function overlayAt(directory: string, lower: readonly string[]) {
  return { lower, ...makeWritableLayer(directory), privileged: true };
}

/** Runs a script in the merged directory of an overlay. */
async function inOverlay(overlay: Overlay, script: string, mounting = mountAtOnce(overlay)) {
  const calls = [mount(null, '/', null, k.MS_REC | k.MS_PRIVATE, null), ...mounting, chdir(overlay.target)];
  return await run({ ...shell(script, calls), namespaces: k.CLONE_NEWNS });
}

/** A layer as `docker build` makes it: what a script has written into upper. */
async function layerBy(lower: readonly string[], script: string): Promise<string> {
  const overlay = overlayAt(mkdtempSync(join(place, 'build-')), lower);
  await inOverlay(overlay, script);
  return overlay.upper;
}

/** The calls of one name in a step, with their results. */
function callsOf(step: string, name: string): string[] {
  const calls = lab.told.all('syscall').filter((call) => call.step === step && call.name === name);
  return calls.map(({ text, result }) => `${text} = ${result}`);
}

function lastSeen(step: string, path: RegExp): string | null | undefined {
  return lab.told.seen(step, path).at(-1)?.value;
}

/** What a lab might have left in a state directory. */
function temporaryFiles(state: string): string[] {
  const names = readdirSync(state, { recursive: true }) as string[];
  return names.filter((name) => /(^|\/)\.tmp-|\.jsonl$/.test(name));
}

/** The lab in a process of its own (compiled code: npm run build). */
function runAsOrdinaryUser(): Told {
  const url = (path: string) => JSON.stringify(pathToFileURL(`dist/${path}.js`).href);
  const code = `import { runLab } from ${url('src/lab/run')}; import { overlayLab } from ${url('labs/04-overlay/lab')};
    const request = { skip: new Set(), flags: {}, language: 'en', signal: new AbortController().signal };
    for await (const event of runLab(overlayLab, request)) console.log(JSON.stringify(event));`;
  const env = { ...process.env, TSLAB_STATE: place };
  const options = { ...ORDINARY_USER, env, encoding: 'utf8', maxBuffer: 2 ** 26 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], options);
  expect(stderr).toBe('');
  return new Told(parseEvents(stdout));
}
