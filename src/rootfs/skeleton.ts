import type { Entry } from './entry.js';

/** What every root filesystem has, whatever its programs come from. `/dev` is empty: the labs make its nodes. */
export function skeleton(): Entry[] {
  return [
    ...DIRECTORIES.map((path) => directory(path, 0o755)),
    directory('/root', 0o700),
    directory('/tmp', 0o1777),
    directory('/var/tmp', 0o1777),
    ...Object.entries(ETC).map(([name, text]) => ({ kind: 'text' as const, path: `/etc/${name}`, text, mode: 0o644 })),
  ];
}

/** The mount points are there too, since a lab that binds the root read-only cannot make them any more. */
const DIRECTORIES = ['/dev', '/etc', '/home', '/mnt', '/proc', '/run', '/sys', '/usr', '/var'];

const ETC: Record<string, string> = {
  passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n',
  // Group 5 owns the terminals in /dev/pts: mount option gid=5, as on every distribution.
  group: 'root:x:0:\ntty:x:5:\nnogroup:x:65534:\n',
  hostname: 'tslab\n',
  hosts: '127.0.0.1\tlocalhost\n127.0.1.1\ttslab\n::1\tlocalhost\n',
  // Without it glibc before 2.33 asks NIS first.
  'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  'os-release': 'NAME="tslab lab root"\nID=tslab\nPRETTY_NAME="tslab lab root"\n',
  'resolv.conf': '',
};

function directory(path: string, mode: number): Entry {
  return { kind: 'directory', path, mode };
}
