/**
 * `npm run mutants -- FILE… [--tests FILE…] [--most N]`: makes careless changes in a copy of the project, one at a time, runs
 * the tests of that area, and prints what none of them has noticed. As root it runs where only the copy can be written.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { stampBuild } from '../test/support/built.js';
import { describeMutation, mutate, mutationsOf } from './mutations.js';

/** Not /tmp, which is another one in the sandbox. */
const PLACE = '/var/tmp';

const VITEST = 'node node_modules/vitest/vitest.mjs run --project unit --project kernel* --bail 1'.split(' ');

/** Mounts and processes of its own, which end with it: a careless change could do to the machine what tests may do as root. */
const SANDBOX = [
  ...'unshare --mount --propagation private --pid --mount-proc --fork --kill-child --uts --ipc sh -c'.split(' '),
  'mount --bind "$0" "$0" && mount -t tmpfs tmpfs /tmp && mount -o remount,bind,ro / && cd "$0" && exec "$@"',
];

async function main(): Promise<void> {
  const { files, tests, most } = readArguments();
  const copy = mkdtempSync(join(PLACE, 'tslab-mutants-'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  process.on('exit', () => {
    running?.kill('SIGKILL');
    rmSync(copy, { recursive: true, force: true });
  });
  copyProject(copy);
  for (const file of files) await tryFile(copy, file, { tests: tests.length > 0 ? tests : testsOf(file), most });
}

function readArguments() {
  const options = { tests: { type: 'string', multiple: true }, most: { type: 'string', default: '50' } } as const;
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const tests = (values.tests ?? []).flatMap((list) => list.split(','));
  if (positionals.length > 0) return { files: positionals, tests, most: Number(values.most) };
  console.error('npm run mutants -- FILE… [--tests FILE,FILE] [--most N]: sources to change, tests that should notice');
  process.exit(2);
}

/** What git knows or would add, with the packages of the original. */
function copyProject(copy: string): void {
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { encoding: 'utf8' });
  for (const file of listed.split('\0').filter((name) => name && existsSync(name))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(file, join(copy, file));
  }
  cpSync('dist', join(copy, 'dist'), { recursive: true });
  // A directory of its own, since vite writes there.
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync('node_modules').filter((one) => !one.startsWith('.vite'))) {
    symlinkSync(join(process.cwd(), 'node_modules', name), join(copy, 'node_modules', name));
  }
}

/** Tests that have the name of the file, and those of its folder and its lab. */
function testsOf(file: string): string[] {
  const [, ...folders] = dirname(file).split('/');
  const all = (readdirSync('test', { recursive: true, encoding: 'utf8' }) as string[]).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const lab = /^labs\/(\d\d-[a-z-]+)/.exec(file)?.[1];
  const named = all.filter((name) => basename(name) === `${basename(file, '.ts')}.test.ts`);
  const below = (folder = '') => all.filter((name) => name.startsWith(`unit/${folder}/`));
  const beside = [folders.join('/'), folders[0]].map(below).find((found) => found.length > 0) ?? [];
  const ofLab = lab
    ? all.filter((name) => name.startsWith(`kernel/${lab}`) || name.startsWith(`unit/labs/${lab}`))
    : [];
  return [...new Set([...named, ...beside, ...ofLab])].map((name) => join('test', name));
}

interface Trial {
  readonly tests: readonly string[];
  readonly most: number;
}

async function tryFile(copy: string, file: string, { tests, most }: Trial): Promise<void> {
  const source = readFileSync(file, 'utf8');
  const mutations = spread(mutationsOf(source), most);
  const started = performance.now();
  if (tests.length === 0 || !(await passes(copy, tests, 600_000))) {
    console.log(`${file}: there are no tests of it, or they do not pass as it is: ${tests.join(' ')}`);
    return;
  }
  const patience = 3 * Math.round(performance.now() - started) + 10_000;
  let noticed = 0;
  for (const mutation of mutations) {
    writeFileSync(join(copy, file), mutate(source, mutation));
    if (await passes(copy, tests, patience)) console.log(`${file}:${describeMutation(source, mutation)}`);
    else noticed += 1;
  }
  writeFileSync(join(copy, file), source);
  console.log(`${file}: ${mutations.length} changes, ${noticed} noticed by ${tests.join(' ')}`);
}

/** So many at most, from everywhere in the file. */
function spread<T>(all: readonly T[], most: number): T[] {
  const turn = (i: number) => Math.floor((i * Math.min(most, all.length)) / all.length);
  return all.filter((_, i) => turn(i) !== turn(i - 1));
}

async function passes(copy: string, tests: readonly string[], patience: number): Promise<boolean> {
  return (await build(copy, tests, patience)) && (await run(copy, [...VITEST, ...tests], patience));
}

/** Most tests run the sources. Only for those that run what was built does it take a build. */
async function build(copy: string, tests: readonly string[], patience: number): Promise<boolean> {
  const runBuilt = tests.some((file) => /dist\/|\/tslab\.js'/.test(readFileSync(file, 'utf8')));
  if (runBuilt) return await run(copy, ['npm', 'run', '-s', 'build'], patience);
  stampBuild(copy);
  return true;
}

let running: ChildProcess | undefined;

async function run(copy: string, command: readonly string[], patience: number): Promise<boolean> {
  const [program = '', ...args] = process.geteuid?.() === 0 ? [...SANDBOX, copy, ...command] : command;
  running = spawn(program, args, { cwd: copy, stdio: 'ignore', timeout: patience, killSignal: 'SIGKILL' });
  const [status] = await once(running, 'close');
  return status === 0;
}

await main();
