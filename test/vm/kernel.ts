import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apt, updatePackageLists } from './tools.js';

/** A kernel of Debian, unpacked but not installed. */
export interface Kernel {
  /** `6.1.0-38-cloud-amd64` */
  readonly version: string;
  readonly image: string;
  /** Unpacked root, with lib/modules/VERSION below. */
  readonly root: string;
}

/** Debian's kernel for clouds: small, and it boots with cgroup v2 alone. Downloaded once for each version. */
export function fetchKernel(): Kernel {
  const name = packageName() ?? afterUpdate();
  const root = join(cacheDirectory(), name);
  if (!existsSync(root)) unpack(name, root);
  const [version = ''] = readdirSync(join(root, 'lib/modules'));
  return { version, image: join(root, 'boot', `vmlinuz-${version}`), root };
}

/** What may be thrown away at any time, and is only built again. */
export function cacheDirectory(): string {
  const directory = join(tmpdir(), 'tslab-vm-cache');
  mkdirSync(directory, { recursive: true });
  return directory;
}

/** The package that Debian's `linux-image-cloud-amd64` stands for at the moment; undefined where apt knows no packages yet. */
function packageName(): string | undefined {
  const text = execFileSync('apt-cache', ['depends', 'linux-image-cloud-amd64'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return /Depends: (linux-image-\S+)/.exec(text)?.[1];
}

function afterUpdate(): string {
  updatePackageLists();
  const name = packageName();
  if (!name) throw new Error('apt-cache knows no linux-image-cloud-amd64: the machine needs a mirror of Debian');
  return name;
}

/** Under a name of its own first, so that a download that was cut off is never taken for a kernel. */
function unpack(name: string, root: string): void {
  const work = mkdtempSync(join(cacheDirectory(), 'unpack-'));
  apt(['download', '-qq', '-o', 'APT::Sandbox::User=root', name], work);
  const [file = ''] = readdirSync(work);
  execFileSync('dpkg', ['-x', join(work, file), join(work, 'root')]);
  execFileSync('depmod', ['-b', join(work, 'root'), ...readdirSync(join(work, 'root/lib/modules'))]);
  renameSync(join(work, 'root'), root);
  rmSync(work, { recursive: true });
}

/** Files of these modules and of those that they need, in the order in which to load them. */
export function moduleFiles(kernel: Kernel, names: readonly string[]): string[] {
  const lines = names.flatMap((name) => {
    const args = ['-d', kernel.root, '-S', kernel.version, '--show-depends', name];
    return execFileSync('modprobe', args, { encoding: 'utf8' }).split('\n');
  });
  const files = lines.map((line) => /^insmod (\S+)/.exec(line)?.[1]).filter((file) => file !== undefined);
  return [...new Set(files)];
}
