import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, programDirectories } from '../../src/kernel/files/program-path.js';
import { librariesOf, parseList } from '../../src/rootfs/libraries.js';
import { type Kernel, moduleFiles } from './kernel.js';
import { runtimePackages } from './packages.js';

export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** Debian's kernel has these as modules; the labs need them built in or loaded. */
const MODULES = [
  'virtio_pci',
  'virtio_console',
  'overlay',
  'veth',
  'bridge',
  'br_netfilter',
  'tun',
  'nf_tables',
  'nft_chain_nat',
  'nft_masq',
  'nft_nat',
  'nft_ct',
  'nft_fib_inet',
  'nft_fib_ipv4',
  'nft_fib_ipv6',
  'vxlan',
  'loop',
  'ext4',
];

/** Of these busybox has nothing, or too little: its unshare makes no cgroup namespace. */
const PROGRAMS = ['ip', 'nft', 'unshare', 'nsenter', 'script'];

/** They are root by their set-uid bit, which copying may lose. */
const SET_UID = ['newuidmap', 'newgidmap'];

/** Scripts of guest/ that commands call. */
const IN_SBIN = ['container', 'delegated', 'network', 'on-disk', 'answering.cjs'];

/** Bytes of a disk with ext4: a tmpfs of Linux 6.1 cannot be id-mapped. */
const DISK_SIZE = 32 << 20;

/** What the machine needs at hand: busybox, node, some programs, the modules, and the built project with what it needs at run time. */
const APP = ['dist/bin', 'labs', 'exercises', 'lessons', 'package.json'];
const TESTS = ['dist/src', 'dist/labs', 'src', 'test', 'vitest.config.ts', 'tsconfig.json'];

/** A command to run in the machine, with a name without spaces. */
export type Commands = Readonly<Record<string, string>>;

/** Lays out the root of all machines, by name, in a directory and packs it. The file's path. */
export function packInitramfs(kernel: Kernel, machines: Readonly<Record<string, Commands>>, work: string): string {
  const root = join(work, 'root');
  mkdirSync(root);
  putBusybox(root);
  for (const program of [process.execPath, ...[...PROGRAMS, ...SET_UID].map(find)]) putProgram(root, program);
  for (const program of SET_UID) chmodSync(join(root, 'usr/bin', program), 0o4755);
  makeDisk(join(root, 'run/disk.img'));
  putModules(root, kernel);
  for (const part of [...APP, ...TESTS, ...runtimePackages(PROJECT), ...runtimePackages(PROJECT, ['vitest'])])
    put(join(PROJECT, part), join(root, 'app', part));
  putLibrariesOfAddons(root);
  putScripts(root, machines);
  return pack(root, join(work, 'initramfs'));
}

function putBusybox(root: string): void {
  const busybox = find('busybox');
  put(busybox, join(root, 'bin/busybox'));
  const names = execFileSync(busybox, ['--list'], { encoding: 'utf8' }).trim().split('\n');
  for (const name of names) if (name !== 'busybox') symlinkSync('busybox', join(root, 'bin', name));
}

/** A program by its name in /usr/bin, and its libraries where the loader looks for them. */
function putProgram(root: string, program: string): void {
  put(program, join(root, 'usr/bin', basename(program)));
  for (const library of librariesOf(program) ?? []) put(library, join(root, library));
}

function makeDisk(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, '');
  truncateSync(file, DISK_SIZE);
  execFileSync(find('mke2fs'), ['-q', '-F', '-t', 'ext4', file]);
}

/** Native addons may need libraries that node itself does not. */
function putLibrariesOfAddons(root: string): void {
  const addons = readdirSync(join(root, 'app'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.node'),
  );
  for (const addon of addons.filter((file) => !file.includes('musl'))) {
    const list = execFileSync('ldd', [join(root, 'app', addon)], { encoding: 'utf8' });
    for (const library of parseList(list) ?? []) put(library, join(root, library));
  }
}

function putModules(root: string, kernel: Kernel): void {
  moduleFiles(kernel, MODULES).forEach((file, i) => {
    put(file, join(root, 'modules', `${100 + i}-${basename(file)}`));
  });
}

function putScripts(root: string, machines: Readonly<Record<string, Commands>>): void {
  for (const script of ['init', 'start']) putScript(script, join(root, script));
  for (const script of IN_SBIN) putScript(script, join(root, 'sbin', script));
  mkdirSync(join(root, 'commands'));
  for (const [machine, commands] of Object.entries(machines)) {
    const lines = Object.entries(commands).map(([name, command]) => `${name} ${command}\n`);
    writeFileSync(join(root, 'commands', machine), lines.join(''));
  }
  mkdirSync(join(root, 'etc'));
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n');
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\n');
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1\tlocalhost\n');
}

function putScript(name: string, path: string): void {
  put(fileURLToPath(new URL(`guest/${name}`, import.meta.url)), path);
  chmodSync(path, 0o755);
}

function put(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true, dereference: true });
}

function find(name: string): string {
  const path = findProgram(name, programDirectories());
  if (!path) throw new Error(`${name} is not on the PATH`);
  return path;
}

/** Not compressed: it lies in memory on both sides, and an emulated processor would take seconds to unpack it. */
function pack(root: string, file: string): string {
  execFileSync('sh', ['-c', 'find . | cpio --quiet -o -H newc >"$1"', 'sh', file], { cwd: root });
  return file;
}
