import { execFileSync } from 'node:child_process';
import { hasCommand } from '../support/needs.js';

/** The programs that build and boot the machine, and the Debian packages that have them. */
const PACKAGES: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  cpio: 'cpio',
  depmod: 'kmod',
  mke2fs: 'e2fsprogs',
  newuidmap: 'uidmap',
  ip: 'iproute2',
  nft: 'nftables',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  script: 'bsdutils',
};

/** Installs what is missing, and says so. Throws where it cannot. */
export function installTools(): void {
  const missing = Object.keys(PACKAGES).filter((program) => !hasCommand(program));
  if (missing.length === 0) return;
  const packages = missing.map((program) => PACKAGES[program] as string);
  console.log(`test/vm installs ${packages.join(', ')}, for ${missing.join(', ')}`);
  updatePackageLists();
  apt(['install', '-y', '-qq', '--no-install-recommends', ...packages]);
}

export function updatePackageLists(): void {
  apt(['update', '-qq']);
}

/** Debian's apt-get. `directory` is where `apt-get download` puts what it fetches. */
export function apt(args: readonly string[], directory = '/'): void {
  if (!hasCommand('apt-get')) throw new Error(`this needs Debian's packages ${Object.values(PACKAGES).join(', ')}`);
  execFileSync('apt-get', args, {
    cwd: directory,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
