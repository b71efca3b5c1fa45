import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codePath } from '../../src/cli/code-places.js';
import { unpackCode } from '../../src/cli/packed-code.js';
import { needs } from '../support/needs.js';
import { TSLAB } from './tslab.js';

const LIBRARIES = ['commander', 'enquirer', 'koffi'];
const TELL = `process.on('exit', () => {
  const loaded = [...Object.keys(require.cache), ...process.moduleLoadList, require('fs').readFileSync('/proc/self/maps')];
  require('fs').writeSync(2, loaded.join('\\n'));
});`;

/** Of a run: the files that it opens, and how much code V8 has at its end beside that of the build. */
const COUNT = `const [fs, vm] = [require('fs'), require('vm')];
const [opened, scripts] = [[], []];
const { openSync } = fs;
fs.openSync = (path, ...rest) => opened.push(path) && openSync(path, ...rest);
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    scripts.push(() => this.createCachedData().length - options.cachedData.length);
  }
};
process.on('exit', () => {
  const compiled = scripts.map((grown) => grown()).reduce((sum, one) => sum + one);
  fs.writeSync(2, JSON.stringify({ opened, compiled }));
});`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tslab-loading-'));
  writeFileSync(join(folder, 'tell.cjs'), TELL);
  writeFileSync(join(folder, 'count.cjs'), COUNT);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a library is loaded only by what uses it', () => {
  it.each([
    [['list'], []],
    [['--version'], []],
    [['run', '--dry-run', 'busybox'], ['koffi']],
    [['--help'], ['commander']],
    [['01', '--help'], ['commander']],
    [['doctor'], ['commander', 'koffi']],
    [['01'], ['commander', 'koffi']],
  ])('tslab %j loads %j', (words, expected) => {
    const loaded = filesLoadedBy(words);
    const used = LIBRARIES.filter((name) =>
      loaded.some((file) => /(\/dist\/bin|node_modules)\/(?:@koromix\/)?(\w+)/.exec(file)?.[2] === name),
    );
    expect(used).toEqual(expected);
  });
});

describe('what is used most often is in few files', () => {
  it.each([
    [['list'], ['command', 'list', 'rolldown-runtime', 'tslab']],
    [
      ['run', '--rootfs', '/nowhere', 'busybox'],
      ['command', 'container', 'rolldown-runtime', 'tslab'],
    ],
    [
      ['exec', 'nobody', 'true'],
      ['command', 'container', 'rolldown-runtime', 'tslab'],
    ],
    [
      ['run', '--help'],
      ['command', 'commander', 'container', 'docker-help', 'rolldown-runtime', 'tslab'],
    ],
  ])('tslab %j loads %j', (words, expected) => {
    expect(ownOf(filesLoadedBy(words))).toEqual(expected);
  });
});

describe('a start loads no sockets, streams and ciphers of node', () => {
  it.for(['none', 'bridge'])('with --network %s', (network, test) => {
    needs(test, 'root');
    const loaded = secondStart('state', ['--network', network, 'busybox']);
    expect(loaded).toContain('NativeModule fs');
    expect(loaded.filter(isHeavy)).toEqual([]);
  });

  it('where there are images, it loads what finds them, and for one of them no more', (test) => {
    needs(test, 'root');
    const env = { TSLAB_STATE: join(folder, 'store') };
    filesLoadedBy(['run', '--name', 'first', '--network', 'none', 'busybox', 'true'], env);
    filesLoadedBy(['commit', 'first', 'mine'], env);
    const [made, stored] = ['busybox', 'mine'].map((image) => secondStart('store', ['--network', 'none', image])) as [
      string[],
      string[],
    ];
    const expected = ['command', 'container', 'rolldown-runtime', 'stored-image', 'tslab'];
    expect([made, stored].map(ownOf)).toEqual([expected, expected]);
    expect([made, stored].map((one) => one.filter(isHeavy))).toEqual([[], []]);
  });
});

describe('a start from an image of 50 layers', () => {
  it('opens the files that one from an image of one layer opens, and has no function more to compile', (test) => {
    needs(test, 'root');
    const counted = [0, 49].map(startOf);
    const files = counted.map(({ opened }) =>
      opened.map((path) => path.replaceAll(/\.tmp-[^/]*|[0-9a-f]{12,}|\d+/g, '')),
    );
    expect(files[1]).toEqual(files[0]);
    expect(files[1]?.filter((path) => path.endsWith('/container.json'))).toHaveLength(2);
    for (const { compiled } of counted) expect(compiled).toBeLessThan(1000);
  });
});

/** The second start of an image with so many layers on that of busybox. */
function startOf(layers: number): { opened: string[]; compiled: number } {
  const state = join(folder, `layers-${layers}`);
  mkdirSync(state);
  writeFileSync(join(state, 'Dockerfile'), `FROM busybox\n${'COPY Dockerfile /\n'.repeat(layers)}LABEL a=b\n`);
  const env = { TSLAB_STATE: state };
  filesLoadedBy(['build', '-t', 'it', state], env);
  const run = () => messagesOf('count.cjs', ['run', '--rm', '--network', 'none', 'it', 'true'], env);
  run();
  return JSON.parse(run());
}

/** What the second of two starts loads: the first makes the root filesystem. */
function secondStart(state: string, words: readonly string[]): string[] {
  const env = { TSLAB_STATE: join(folder, state) };
  const all = ['run', '--rm', ...words, 'true'];
  filesLoadedBy(all, env);
  return filesLoadedBy(all, env);
}

function isHeavy(file: string): boolean {
  return /^NativeModule (net|stream|zlib|crypto|tty|child_process)$/.test(file);
}

/** Files of the bundle, by name. */
function ownOf(loaded: readonly string[]): string[] {
  return loaded.flatMap((file) => /\/dist\/bin\/(.*)\.cjs$/.exec(file)?.[1] ?? []).sort();
}

describe('the code of the bundle is compiled already', () => {
  it.each(['command', 'commander', 'container'])('%s.cjs: V8 takes what the build has compiled', (name) => {
    const filename = join(dirname(TSLAB), `${name}.cjs`);
    const text = readFileSync(filename);
    const cachedData = unpackCode(readFileSync(codePath(filename)), text);
    expect(cachedData?.length).toBeGreaterThan(10_000);
    const script = new Script(Module.wrap(text.toString()), { filename, cachedData });
    expect(script.cachedDataRejected).toBe(false);
  });

  it('container.cjs: only what `run` calls, since all of it is three times as long as the text, and is read at each start', (test) => {
    needs(test, 'root');
    const filename = join(dirname(TSLAB), 'container.cjs');
    const text = readFileSync(filename);
    expect(unpackCode(readFileSync(codePath(filename)), text)?.length).toBeLessThan(2 * text.length);
  });
});

/** All that the program had loaded when it ended. It is CommonJS, which keeps a list; of koffi the kernel has one. */
function filesLoadedBy(words: readonly string[], env: NodeJS.ProcessEnv = {}): string[] {
  return messagesOf('tell.cjs', words, env).split('\n');
}

function messagesOf(script: string, words: readonly string[], env: NodeJS.ProcessEnv): string {
  return spawnSync(process.execPath, ['--require', join(folder, script), TSLAB, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  }).stderr;
}
