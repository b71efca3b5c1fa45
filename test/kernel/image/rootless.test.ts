import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archive, member, pax } from '../../support/layers/raw-tar.js';
import { needs } from '../../support/needs.js';
import { TestRegistry } from '../../support/registry-server.js';
import { MANY_IDS, UserWithIds } from '../../support/user-with-ids.js';
import { bareEnvironment, TSLAB } from '../tslab.js';

/** cap_net_raw+ep, with which a program is no other user's (linux/capability.h, VFS_CAP_REVISION_2). */
const CAPABILITY = Buffer.from('0100000200200000000000000000000000000000', 'hex');

/** user::rw-,user:33:r--,group::r--,mask::r--,other::--- (linux/posix_acl_xattr.h) */
const READ_BY_33 = Buffer.from(
  '0200000001000600ffffffff020004002100000004000400ffffffff10000400ffffffff20000000ffffffff',
  'hex',
);

const nobodys = { uid: 65_534, gid: 65_534 };
const FILES = archive(
  member({ name: 'etc/shadow', mode: 0, gid: 42, content: 'secret' }),
  member({ name: 'var/www/', type: '5', mode: 0o700, uid: 33, gid: 33 }),
  member({ name: 'var/www/page', mode: 0o600, uid: 33, gid: 33, content: 'page' }),
  member({ name: 'var/gone/', type: '5', mode: 0o700, ...nobodys }),
  member({ name: 'var/gone/file', mode: 0o400, ...nobodys, content: 'file' }),
  member({ name: 'usr/bin/setuid', mode: 0o4755, uid: 33, content: '#!' }),
  pax({ 'SCHILY.xattr.security.capability': CAPABILITY }),
  member({ name: 'usr/bin/capable', mode: 0o755, content: '#!' }),
  pax({ 'SCHILY.xattr.system.posix_acl_access': READ_BY_33 }),
  member({ name: 'srv/listed', mode: 0o640, content: 'for 33' }),
);
const LOOK = 'stat -c "%u:%g %a %n" /etc/shadow /var/www /var/www/page /usr/bin/setuid /usr/bin/capable';
const SEEN = [
  '0:42 0 /etc/shadow',
  '33:33 700 /var/www',
  '33:33 600 /var/www/page',
  '33:0 4755 /usr/bin/setuid',
  '0:0 755 /usr/bin/capable',
];
const DOCKERFILE = `FROM busybox AS files
ADD files.tar /
FROM files
COPY --from=files /srv/listed /srv/copied
RUN ${LOOK}; rm -r /var/gone && mkdir /var/own && touch /var/own/key && chmod 400 /var/own/key && chown -R 33:42 /var/own && chmod 700 /var/own
COPY --chown=33:44 script /srv/script
USER 33:33
WORKDIR /home/www
RUN cat /srv/copied > mine
`;

/** Everything is of one time, so that whoever does it gets the same bytes. */
const BUILD = `export SOURCE_DATE_EPOCH=1700000000
mkdir -p context && cp files.tar Dockerfile context && echo text > context/script && tslab build -q -t app context`;

function prepare(user: UserWithIds): void {
  user.file('files.tar', FILES);
  user.file('Dockerfile', DOCKERFILE);
}

/** The same as root, who has all ids. */
function asRoot(script: string): string {
  const home = mkdtempSync(join(tmpdir(), 'tslab-as-root-'));
  const env = { ...bareEnvironment(), TSLAB_STATE: join(home, 'state'), HOME: home };
  const define = `cd; tslab() { '${process.execPath}' '${TSLAB}' "$@"; }`;
  try {
    return spawnSync('bash', ['-c', `${define}\n${script}`], { encoding: 'utf8', env }).stdout.trim();
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** What is unpacked, and belongs to users whom only newuidmap makes. */
function layersOf({ home }: UserWithIds): string[] {
  return readdirSync(join(home, 'state/images/layers'));
}

describe('an ordinary user with ids in /etc/subuid', () => {
  const CHANGE = 'rm -r /var/www && mkdir -m 700 /var/www && touch /var/www/new && chown -R 65534:33 /var/www';
  const ALL = `${BUILD}
    tslab run --rm --network none -u 0 app sh -c '${LOOK}; stat -c "%u:%g %a %n" /var/own/key /srv/script . mine'
    tslab run --name box --network none -u 0 app sh -c '${CHANGE}'
    tslab diff box
    tslab commit box made
    tslab export box | tar tv --numeric-owner var/www/new | cut -d ' ' -f 1-2
    tslab save made | tar xO index.json
    tslab image verify`;

  it('builds, runs and commits images with the owners, and to the digests, that root has', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    prepare(user);
    const { stdout, stderr } = await user.run(ALL);
    expect(stderr).toBe('');
    const lines = stdout.split('\n');
    expect(lines.slice(1, 10)).toEqual([
      ...SEEN,
      '33:42 400 /var/own/key',
      '33:44 644 /srv/script',
      '33:33 755 .',
      '33:33 644 mine',
    ]);
    expect(lines.slice(10, 15)).toEqual(['C /var', 'C /var/www', 'A /var/www/new', 'D /var/www/page', lines[14]]);
    expect(lines.at(-1)).toMatch(/All blobs are what their digests say, and unpacked layers what is in them/);
    const copied = `cp '${user.home}/files.tar' '${user.home}/Dockerfile' .`;
    expect(asRoot(`${copied}; ${ALL}`)).toBe(stdout);
    await user.run('tslab rm box; tslab rmi app made; tslab image prune -af');
    expect(layersOf(user)).toEqual([]);
  });

  it('pushes to a registry, pulls from it, and runs what run pulls', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    prepare(user);
    await using registry = await TestRegistry.start();
    const name = `${registry.host}/team/app`;
    const { stdout, stderr, status } = await user.run(`${BUILD}
      tslab tag app ${name} && tslab push -q ${name}
      digest() { tslab image inspect -f '{{.Descriptor.digest}}' ${name}; }
      digest; tslab rmi app ${name} > /dev/null; ls state/images/layers | wc -l
      tslab pull -q ${name} && digest && tslab image verify
      tslab rmi ${name} > /dev/null
      tslab run --rm -u 0 --network none -q ${name} ${LOOK}`);
    expect([stderr, status]).toEqual(['', 0]);
    const lines = stdout.split('\n');
    const [digest] = lines.filter((line) => line.startsWith('sha256:')).slice(1);
    expect(lines.filter((line) => line === digest)).toHaveLength(2);
    expect(lines.slice(-6)).toEqual([expect.stringContaining('unpacked layers what is in them'), ...SEEN]);
  });

  it('has the files of a build in a directory, as his, and in an archive with the owners', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    prepare(user);
    const { stdout, stderr } = await user.run(`${BUILD} > /dev/null; tslab build -q -o out context
      stat -c %u:%g out/var/www out/var/www/page
      tslab build -q -o - context | tar tv --numeric-owner var/www/page | cut -d ' ' -f 1-2`);
    expect([stdout, stderr]).toEqual(['65534:65534\n65534:65534\n-rw------- 33/33', '']);
  });

  it('is told what he may not make of an image that a build unpacks, and of a layer of the cache', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    user.file('devices.tar', archive(member({ name: 'null', type: '3', device: [1, 3] })));
    const { stdout, stderr } = await user.run(`mkdir context; cp devices.tar context
      printf 'FROM busybox\\nADD devices.tar /\\n' > context/Dockerfile
      again() { rm -r state/images/layers/*; tslab build -q -t app "$@" 2>&1 > /dev/null; }
      tslab build -q -t app context > /dev/null
      echo 'the image:'; printf 'FROM app\\n' | again -
      echo 'the cache:'; again context`);
    const note = 'tslab: devices are left out, which only root may make: "null"';
    expect(stderr).toBe(note);
    expect(stdout).toBe(`the image:\n${note}\nthe cache:\n${note}`);
  });

  it('writes a bundle that another runtime may run with the same ids', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    prepare(user);
    const { stdout, stderr } = await user.run(`${BUILD} > /dev/null; tslab bundle app bundle
      stat -c %u:%g bundle/rootfs/var/www bundle/rootfs/bin
      node -e 'console.log(JSON.stringify(require("./bundle/config.json").linux.uidMappings))'`);
    const maps = [
      { containerID: 0, hostID: 65_534, size: 1 },
      { containerID: 1, hostID: 200_000, size: 65_536 },
    ];
    expect([stdout, stderr]).toEqual([`200032:200032\n65534:65534\n${JSON.stringify(maps)}`, '']);
  });
});

describe('a running container of an ordinary user', () => {
  it('is committed as it runs, which is said, since it has no cgroup to be paused by', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    const { stdout, stderr } = await user.run(`
      tslab run -d --name box --network none busybox sh -c 'mkdir -m 700 /mine && echo text > /mine/file && chown -R 33 /mine; echo done; sleep 1000' > /dev/null
      until tslab logs box | grep -q done; do sleep 0.1; done
      tslab diff box; tslab commit box made > /dev/null; tslab commit --pause=false box made > /dev/null; tslab rm -f box
      tslab run --rm --network none made stat -c '%u %a' /mine /mine/file`);
    expect(stdout.split('\n')).toEqual(['A /mine', 'A /mine/file', 'box', '33 700', '33 644']);
    expect(stderr).toBe(
      'tslab: box has no cgroup to be paused by: what it writes meanwhile may be in the image in part',
    );
  });
});

describe('RUN of a build of an ordinary user', () => {
  it('has a way out of its own, as a container has', async (test) => {
    needs(test, 'slirp4netns');
    needs(test, 'ip');
    using user = new UserWithIds(test, MANY_IDS);
    const address = '192.0.2.7'; // TEST-NET-1, of this network namespace alone
    spawnSync('ip', ['address', 'add', `${address}/32`, 'dev', 'lo']);
    const server = createServer((_, response) => response.end('from outside')).listen(0, address);
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      user.file('Dockerfile', `FROM busybox\nRUN wget -qO- http://${address}:${port}/; echo\n`);
      expect((await user.run('tslab build -t app .')).stdout.split('\n')).toContain('from outside');
    } finally {
      server.close();
      spawnSync('ip', ['address', 'delete', `${address}/32`, 'dev', 'lo']);
    }
  });

  it('ends with a build that is asked to end, and nothing is left', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    user.file('Dockerfile', 'FROM busybox\nRUN echo begun; exec sleep 1000\n');
    const { stdout } = await user.run(`(exec '${process.execPath}' '${TSLAB}' build .) > out & build=$!
      until grep -q ^begun out; do sleep 0.05; done; kill $build; wait $build; echo $?
      find state/containers state/ledger state/images/layers -mindepth 1 -maxdepth 1 -name '.*'; ls state/containers state/ledger`);
    expect(stdout.split('\n')).toEqual(['143', 'state/containers:', '', 'state/ledger:']);
  });
});

describe('a state below a directory with a set-group-ID bit, and a mask that hides all', () => {
  it('change neither groups nor modes of an image', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    user.file('files.tar', FILES);
    const group = 100;
    chownSync(user.home, statSync(user.home).uid, group);
    chmodSync(user.home, 0o2711);
    const { stdout, stderr } = await user.run(`umask 077
      tslab import files.tar files > /dev/null
      stat -c '%g %a' state/images/layers/*/diff state/images/layers/*/diff/etc state/images/layers/*/diff/var/www
      printf 'FROM busybox\nADD files.tar /\nRUN mkdir /made\nUSER 33\n' > Dockerfile && tslab build -q -t app . > /dev/null
      tslab run --rm --network none -v volume:/volume app stat -c '%g %a' / /made /bin /volume /var/www/page`);
    expect([stdout.split('\n'), stderr]).toEqual([
      ['65534 755', '65534 755', '200032 700', '0 755', '0 755', '0 755', '0 755', '33 600'],
      '',
    ]);
  });
});

describe('an ordinary user without enough ids', () => {
  it.for([
    ['none', '', 'all files belong to root: "etc/shadow" is 0:42 in the layer, and this user has one id', '0:0'],
    ['40', 'nobody:200000:40\n', 'files of ids above 40 belong to root: "etc/shadow" is 0:42 in the layer', '33:33'],
  ] as const)('%s: is told so once, and root has the files of others', async ([, range, warning, www], test) => {
    using user = new UserWithIds(test, range);
    user.file('files.tar', FILES);
    user.file('more.tar', archive(member({ name: 'more', uid: 70_000, content: 'more' })));
    const { stdout, stderr } = await user.run(`tslab import files.tar first > /dev/null
      mkdir context && cp more.tar context && printf 'FROM first\\nADD more.tar /\\n' > context/Dockerfile
      tslab build -q -t second context > /dev/null && tslab save -o second.tar second && tslab image prune -af > /dev/null
      tslab load -i second.tar
      stat -c %u:%g state/images/layers/*/diff/var/www | sort
      tslab image verify; tslab rmi second > /dev/null; ls state/images/layers`);
    // Of the archive, of what the build adds, and once of both layers.
    const [shadow, more] = [warning, '"more" is 70000:0 in the layer'].map((text) => expect.stringContaining(text));
    expect(stderr.split('\n')).toEqual([shadow, more, shadow]);
    const [loaded, owner, verified, ...rest] = stdout.split('\n');
    const expected = www === '0:0' ? '65534:65534' : '200032:200032';
    expect([loaded, owner, rest]).toEqual(['Loaded image: second:latest', expected, []]);
    expect(verified).toContain('unpacked layers what is in them');
    expect(existsSync(join(user.home, 'state/images/index.json'))).toBe(true);
  });

  it('is told by RUN as by run what is missing, by the name outside', async (test) => {
    using user = new UserWithIds(test, '');
    const { stderr, status } = await user.run(
      `printf 'FROM busybox\nUSER 33\nRUN id\n' > Dockerfile && tslab build -q .`,
    );
    expect([stderr, status]).toEqual([
      expect.stringMatching(/-u 33: without root a container has one user[\s\S]*No ids are given to nobody:/),
      1,
    ]);
  });
});
