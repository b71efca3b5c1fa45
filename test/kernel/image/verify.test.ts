import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { chainIds } from '../../../src/image/ids.js';
import { ociArchive } from '../../support/layers/image-archive.js';
import { archive, member } from '../../support/layers/raw-tar.js';
import { MANY_IDS, UserWithIds } from '../../support/user-with-ids.js';
import { shell } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
const here = mkdtempSync(join(tmpdir(), 'tslab-verify-'));
afterAll(() => rmSync(here, { recursive: true }));

const BASE = archive(member({ name: 'etc/a', content: 'base' }), member({ name: 'tmp/', type: '5', mode: 0o1777 }));
const [ONE, TWO] = ['one', 'two'].map((app) =>
  ociArchive([BASE, archive(member({ name: 'app', content: app }))], { Cmd: ['x'] }, `docker.io/library/${app}:1`),
) as [ReturnType<typeof ociArchive>, ReturnType<typeof ociArchive>];
const [BLOB, CONFIG] = ['layers', 'config'].map((kind) => blobOf(kind as 'layers' | 'config')) as [string, string];
const [LAYER] = chainIds(ONE.diffIds as Parameters<typeof chainIds>[0]).map((id) => id.slice(7));

/** The digits of the lowest layer's blob, or of the config. */
function blobOf(kind: 'layers' | 'config'): string {
  const text = ONE.bytes.toString('latin1');
  const [, json = ''] = /(\{"schemaVersion":2,"mediaType".*?\}\]\})/.exec(text) ?? [];
  const found = JSON.parse(json)[kind];
  return (found[0] ?? found).digest.slice(7);
}

const at = (...names: string[]) => join(here, 'state/images', ...names);
const blob = (name = BLOB) => at('blobs/sha256', name);
const file = (name: string) => at('layers', LAYER as string, 'diff', name);

function run(script: string) {
  const { stdout, stderr, status } = shell(`export TSLAB_STATE=${here}/state; cd ${here}; ${script}`);
  return { said: `${stdout}${stderr}`.split('\n').slice(0, -1), status };
}

const ALL_RIGHT = [/^Images: 2\. All blobs are what their digests say/];
const WHOLE = expect.stringMatching(ALL_RIGHT[0] as RegExp);
const REPAIR = 'tslab image verify --repair removes that, and unpacks layers again.';
const AGAIN = 'To be pulled, loaded or built again: ';

beforeEach(() => {
  rmSync(join(here, 'state'), { recursive: true, force: true });
  writeFileSync(join(here, 'one.tar'), ONE.bytes);
  writeFileSync(join(here, 'two.tar'), TWO.bytes);
  run('tslab load -q -i one.tar; tslab load -q -i two.tar');
});

type Damage = [what: string, damage: () => void, told: readonly RegExp[], again: string];
const changed = /^the blob sha256:\w+ has the digest sha256:\w+: it was changed$/;
const unpacked = (what: string) => new RegExp(`^the unpacked layer sha256:${LAYER}: ${what}$`);

const DAMAGE: Damage[] = [
  ['a blob that is cut off', () => truncateSync(blob(), 40), [changed], 'one:1, two:1'],
  ['a blob of which a byte is another', () => writeFileSync(blob(), 'X', { flag: 'r+' }), [changed], 'one:1, two:1'],
  [
    'a blob that is missing',
    () => rmSync(blob()),
    [/^one:1: the layer sha256:\w+ is missing$/, /^two:1: the layer sha256:\w+ is missing$/],
    'one:1, two:1',
  ],
  [
    'a config that is cut off',
    () => truncateSync(blob(CONFIG), 40),
    [changed, /^one:1: the config sha256:\w+ is damaged, or something else/],
    'one:1',
  ],
  ['a config that is missing', () => rmSync(blob(CONFIG)), [/^one:1: the config sha256:\w+ is missing$/], 'one:1'],
  [
    'a manifest that is missing',
    () => rmSync(blob(ONE.digest)),
    [/^one:1: the manifest sha256:\w+ is missing$/],
    'one:1',
  ],
  [
    'a file that was changed',
    () => appendFileSync(file('etc/a'), '!'),
    [unpacked('"/etc/a" has 5 bytes, and not 4')],
    '',
  ],
  ['a file that was removed', () => rmSync(file('etc/a')), [unpacked('"/etc/a" is missing')], ''],
  ['a file that was added', () => mkdirSync(file('new')), [unpacked('"/new" is not in the archive')], ''],
  ['files that were removed', () => rmSync(file('.'), { recursive: true }), [unpacked('"/" is missing')], ''],
  ['a note that is damaged', () => writeFileSync(file('../layer.json'), '{'), [unpacked('.*JSON.*')], ''],
  ['what is no blob', () => mkdirSync(blob('x')), [/^blobs\/sha256\/x is no blob$/], ''],
];

describe.skipIf(!isRoot)('image verify (skipped without root)', () => {
  it.each(DAMAGE)('finds %s, and says what helps; --repair does that', (_, damage, told, again) => {
    expect(run('tslab image verify')).toEqual({ said: [WHOLE], status: 0 });
    damage();
    const found = told.map((text) => expect.stringMatching(text));
    const hasMore = found.length > 0 && told.every(({ source }) => /^\^(one|two):1.* missing\$$/.test(source));
    const lacks = run('tslab image verify');
    expect(lacks.status).toBe(1);
    expect(lacks.said.slice(0, found.length)).toEqual(found);
    expect(lacks.said.includes(REPAIR)).toBe(!hasMore);
    const repaired = run('tslab image verify --repair');
    const rest = again === '' ? [] : [`${AGAIN}${again}`];
    expect(repaired).toEqual({ said: [...found, ...rest], status: rest.length });
    run(again === '' ? '' : 'tslab load -q -i one.tar');
    expect(run('tslab image verify')).toEqual({ said: [WHOLE], status: 0 });
    expect(readdirSync(at('layers')).length).toBe(3);
  });

  it('finds nothing wrong where a layer is not unpacked: whoever starts it does that', () => {
    rmSync(at('layers', LAYER as string), { recursive: true });
    expect(
      run('tslab image verify; tslab create --network none one:1 x > /dev/null; ls state/images/layers | wc -l'),
    ).toEqual({
      said: [WHOLE, '3'],
      status: 0,
    });
  });

  it('does not take a layer from under a container that runs', () => {
    const script = (verb: string) => `
      mkdir -p context; cp "$(command -v busybox)" context/; printf 'FROM scratch\\nCOPY busybox /bin/busybox\\n' > context/Dockerfile
      tslab build -q -t box context > /dev/null; tslab run -d --name runs --network none box /bin/busybox sleep 1000 > /dev/null
      touch state/images/layers/$(ls -t state/images/layers | head -1)/diff/new
      ${verb}; tslab rm -f runs > /dev/null`;
    const { said } = run(
      script(
        'tslab image verify --repair; tslab stop -t 0 runs; tslab image verify --repair; tslab start runs; tslab diff runs',
      ),
    );
    expect(said).toEqual([
      expect.stringContaining('"/new" is not in the archive'),
      'runs',
      expect.stringContaining('"/new" is not in the archive'),
      'runs',
      'Error: containers run on a damaged layer: runs',
      'tslab stop runs',
    ]);
  });
});

describe.skipIf(!isRoot)('while what nothing needs is removed (skipped without root)', () => {
  it.each([
    ['image verify', 'Images: 1. All'],
    ['tag one:1 new:1', 'Error: No such image: one:1'],
  ])('%s waits', async (command, said) => {
    const holders = statSync(at('holders.lock')).ino;
    const script = `exec 9<> state/images/holders.lock; flock 9
      tslab ${command} > out 2>&1 9>&- & while ! grep -q -e "-> FLOCK .*:${holders} " /proc/locks; do kill -0 $! || exit; sleep 0.01; done
      rm state/images/index.json; mv kept state/images/index.json; exec 9>&-; wait`;
    run(
      'cp state/images/index.json all; tslab rmi --no-prune one:1 > /dev/null; mv state/images/index.json kept; mv all state/images/index.json',
    );
    run(script);
    expect(readFileSync(join(here, 'out'), 'utf8')).toContain(said);
  });
});

describe('image verify of an ordinary user', () => {
  const FILES = archive(
    member({ name: 'var/www/', type: '5', mode: 0o700, uid: 33, gid: 33 }),
    member({ name: 'var/www/page', mode: 0o600, uid: 33, gid: 33, content: 'page' }),
  );

  it('--repair has layers anew whose files belong to others', async (test) => {
    using user = new UserWithIds(test, MANY_IDS);
    user.file('files.tar', FILES);
    expect((await user.run('tslab import files.tar files > /dev/null')).status).toBe(0);
    const layers = join(user.home, 'state/images/layers');
    const page = join(layers, `${readdirSync(layers)[0]}`, 'diff/var/www/page');
    for (const owner of [statSync(user.home).uid, 0]) {
      chownSync(page, owner, owner);
      const repaired = await user.run('tslab image verify; tslab image verify --repair; tslab image verify');
      const [found, remedy, again, after] = repaired.stdout.split('\n');
      expect(found).toMatch(/"\/var\/www\/page" belongs to (0:0|65534:65534), and not to 33:33(; .* cannot be read)?$/);
      expect([remedy, again, repaired.stderr]).toEqual([REPAIR, found, '']);
      expect(after).toMatch(/^Images: 1\. All/);
      expect(statSync(page).uid).toBe(200_032);
    }
  });
});

describe.skipIf(!isRoot)('an image whose config is damaged (skipped without root)', () => {
  beforeEach(() => truncateSync(blob(CONFIG), 40));

  it('keeps no command from the others, and is told of', () => {
    const { said } = run(
      'tslab images --format "{{.Repository}}"; tslab rmi two:1; tslab run --rm one:1; tslab image prune -f',
    );
    const damaged = `the config sha256:${CONFIG} is damaged, or something else: Unterminated string in JSON at position 40`;
    const [listed, untagged, deleted, ...told] = said;
    expect([listed, untagged, deleted]).toEqual(['two', 'Untagged: two:1', expect.stringMatching(/^Deleted: sha256:/)]);
    expect(told.filter((line) => line.includes(damaged))).toHaveLength(4);
    expect(told.filter((line) => line.includes('tslab image verify says what is wrong')).length).toBe(4);
  });

  it('is whole again when it is loaded', () => {
    expect(run('tslab load -q -i one.tar; tslab image verify').said).toEqual(['Loaded image: one:1', WHOLE]);
  });
});
