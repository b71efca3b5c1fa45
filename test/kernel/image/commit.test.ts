import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-commit-'));
  process.env.TSLAB_STATE = join(here, 'state');
});
afterAll(() => rmSync(here, { recursive: true }));

const PROGRAM = [process.execPath, 'dist/bin/tslab.cjs'] as const;

function tslab(...words: string[]): string {
  return execFileSync(PROGRAM[0], [PROGRAM[1], ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}

/** The status, and what was said of errors. */
function refused(...words: string[]): string {
  const { status, stderr } = spawnSync(PROGRAM[0], [PROGRAM[1], ...words], { encoding: 'utf8' });
  return `${status}: ${stderr}`;
}

const run = (...words: string[]) => tslab('run', '--network', 'none', ...words);
const blob = (digest: string) => join(here, 'state/images/blobs/sha256', digest.replace('sha256:', '').trim());
const json = (digest: string) => JSON.parse(readFileSync(blob(digest), 'utf8'));
const blobs = () => readdirSync(blob(''));
const layers = () => readdirSync(join(here, 'state/images/layers'));

/** The diff IDs of an image, by the digest of its config. */
const diffIds = (id: string): string[] => json(id).rootfs.diff_ids;

function namesIn(layer: string): string[] {
  return execFileSync('tar', ['tf', blob(layer)], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');
}

describe('commit', () => {
  it('makes a layer of what the container has written, and of nothing else', () => {
    const script = 'echo hi > /srv; rm /bin/vi; echo of-volume > /data/file; echo 1.2.3.4 x >> /etc/hosts';
    run('--name', 'one', '-v', '/data', '-v', `${here}:/mnt/host`, '-e', 'A=1', 'busybox', 'sh', '-c', script);
    const id = tslab('commit', '-a', 'A. Student', '-m', 'first', 'one', 'mine:1');
    const [base = '', own = '', ...more] = diffIds(id);
    expect(more).toEqual([]);
    expect(namesIn(own)).toEqual(['bin/', 'bin/.wh.vi', 'srv']);
    expect(namesIn(base)).toContain('bin/vi');
    expect(json(id)).toMatchObject({
      author: 'A. Student',
      config: { Cmd: ['sh', '-c', script], Volumes: { '/data': {} } },
      history: [{ created_by: 'busybox' }, { created_by: `sh -c ${script}`, comment: 'first', author: 'A. Student' }],
    });
    expect(json(id).config.Env).toEqual([expect.stringMatching(/^PATH=/), 'A=1']);
    expect(run('--rm', 'mine:1', 'sh', '-c', 'cat /srv; ls /bin/vi /data/file 2>&1 | wc -l; echo $A')).toBe(
      'hi\n2\n1\n',
    );
  });

  it('goes on the layers of the container’s image, and shares them', () => {
    const parent = tslab('image', 'inspect', '-f', '{{.Id}}', 'mine:1');
    run('--name', 'two', '--entrypoint', 'echo', 'mine:1', 'again');
    const id = tslab('commit', 'two', 'mine:2');
    expect(diffIds(id).slice(0, 2)).toEqual(diffIds(parent));
    expect(diffIds(id)).toHaveLength(3);
    expect(json(id).config).toMatchObject({ Entrypoint: ['echo'], Cmd: ['again'] });
    expect(readFileSync(blob(diffIds(id)[2] as string)).equals(Buffer.alloc(1024))).toBe(true);
    expect(run('--rm', 'mine:2')).toBe('again\n');
    expect(run('--rm', 'mine:2', 'other')).toBe('other\n');
    expect(layers()).toHaveLength(3);
  });

  it('has the same bytes with SOURCE_DATE_EPOCH, whenever it is made', () => {
    const options = { encoding: 'utf8', env: { ...process.env, SOURCE_DATE_EPOCH: '1000000000' } } as const;
    const made = () => execFileSync(PROGRAM[0], [PROGRAM[1], 'commit', 'two'], options);
    const id = made();
    expect(made()).toBe(id);
    expect(json(id).created).toBe('2001-09-09T01:46:40.000Z');
    expect(tslab('images', '-q', '--no-trunc', '--filter', 'dangling=true')).toBe(id);
  });

  it('freezes a container that runs, and lets it go on, also when it is killed meanwhile', async () => {
    run(
      '-d',
      '--name',
      'busy',
      'busybox',
      'sh',
      '-c',
      'dd if=/dev/zero of=/big bs=1M count=200; touch /done; sleep 1000',
    );
    while (spawnSync(PROGRAM[0], [PROGRAM[1], 'exec', 'busy', 'test', '-e', '/done']).status !== 0);
    const state = () => tslab('inspect', '-f', '{{.State.Status}}', 'busy').trim();
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      const committing = spawn(PROGRAM[0], [PROGRAM[1], 'commit', 'busy', 'killed'], { stdio: 'ignore' });
      await until(() => state() === 'paused');
      committing.kill(signal);
      await ended(committing);
      // After SIGKILL the next command finds it, and says so.
      tslab('ps');
      expect([signal, state()]).toEqual([signal, 'running']);
      expect(refused('image', 'inspect', 'killed')).toContain('No such image: killed');
    }
    expect(tslab('commit', '--pause=false', 'busy', 'whole')).toMatch(/^sha256:/);
    expect(state()).toBe('running');
    tslab('image', 'prune', '-f');
    expect(leftovers()).toEqual([]);
    expect(tslab('image', 'verify')).toMatch(
      /^Images: 3. All blobs are what their digests say, and unpacked layers what is in them\.\n$/,
    );
    tslab('rm', '-f', 'busy');
  });

  it('changes what containers of it are, by instructions of a Dockerfile', () => {
    run('--name', 'changed', '-e', 'A=1', 'mine:2', 'x');
    const changes = [
      'ENTRYPOINT ["/bin/sh", "-c"]',
      'CMD ["sleep 1000"]',
      'ENV A=2 B=was-$A',
      'USER 7:8',
      'WORKDIR /var/deep',
      'EXPOSE 80/udp',
      'LABEL of="a test"',
      'VOLUME /keep',
      'STOPSIGNAL SIGUSR1',
      'HEALTHCHECK --retries=2 CMD true',
    ];
    const id = tslab('commit', ...changes.flatMap((one) => ['-c', one]), 'changed', 'changed');
    expect(json(id).config).toMatchObject({
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['sleep 1000'],
      ExposedPorts: { '80/udp': {} },
      Labels: { of: 'a test' },
      Volumes: { '/keep': {} },
      StopSignal: 'SIGUSR1',
      Healthcheck: { Test: ['CMD-SHELL', 'true'], Retries: 2 },
    });
    run('-d', '--name', 'of-it', 'changed');
    const pid = tslab('inspect', '-f', '{{.State.Pid}}', 'of-it').trim();
    const proc = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe('/var/deep');
    expect(proc('environ').split('\0')).toEqual(expect.arrayContaining(['A=2', 'B=was-1']));
    expect(proc('status')).toMatch(/^Uid:\t7\t.*\nGid:\t8\t/m);
    expect(proc('mountinfo')).toContain(' /keep ');
    tslab('rm', '-f', '-v', 'of-it', 'changed');
    tslab('rmi', 'changed');
  });

  it('refuses instructions that change files, and those that are none, before anything is made', () => {
    const before = blobs();
    const change = (text: string) => refused('commit', '-c', 'ENV A=1', '-c', text, 'two');
    expect(change('RUN true')).toMatch(/^1: .*--change:2: RUN is not a valid change command.*These are: CMD, /s);
    expect(change('ONBUILD FROM x')).toMatch(/^1: .*--change:2: FROM isn't allowed as an ONBUILD trigger/);
    expect(change('CDM x')).toMatch(/^1: .*unknown instruction: CDM \(did you mean CMD\?\)/);
    expect(change('EXPOSE 0')).toMatch(/^1: .*invalid containerPort: 0/);
    expect(change(' ')).toMatch(/^1: .*--change is empty/);
    expect(refused('import', '-c', 'FROM x', '/none')).toMatch(/^1: .*--change:1: FROM is not a valid change command/);
    expect(blobs()).toEqual(before);
  });

  it('is refused in words', () => {
    expect(refused('commit', 'nobody')).toMatch(/^1: .*No such container: nobody/);
    expect(refused('commit', 'one', 'Capital')).toMatch(/^1: .*repository name must be lowercase/);
    expect(refused('commit', 'one', `x@sha256:${'0'.repeat(64)}`)).toContain('refusing to create a tag with a digest');
    expect(refused('commit')).toMatch(/^1: .*requires at least 1 and at most 2 arguments/);
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => child.once('exit', resolve));
}

/** What is not images, layers and blobs. */
function leftovers(): string[] {
  const below = ['images/layers', 'images/ingest', 'ledger'].map((name) => join(here, 'state', name));
  return below.filter(existsSync).flatMap((path) => readdirSync(path).filter((name) => !/^[0-9a-f]{64}$/.test(name)));
}

describe('the images that are here', () => {
  it('are listed as filters and formats say', () => {
    const names = (...words: string[]) =>
      tslab('images', '-a', '--format', '{{.Repository}}:{{.Tag}}', ...words)
        .split('\n')
        .slice(0, -1);
    expect(names().sort()).toEqual(['mine:1', 'mine:2', 'whole:latest']);
    expect(names('mine')).toEqual(['mine:2', 'mine:1']);
    expect(names('--filter', 'reference=*:1')).toEqual(['mine:1']);
    expect(names('--filter', 'since=mine:1', 'mine')).toEqual(['mine:2']);
    expect(names('--filter', 'before=mine:2')).toEqual(['mine:1']);
    expect(names('--filter', 'label=none')).toEqual([]);
    expect(names('--filter', 'until=1s', '--filter', 'dangling=false')).toContain('mine:1');
    expect(refused('images', '--filter', 'size=1')).toMatch(/^1: .*invalid filter 'size'.*Known: /s);
    expect(refused('images', '--filter', 'reference=[')).toMatch(/^1: .*invalid filter 'reference=\['/);
    const [row] = tslab('images', '--format', 'json', 'mine:1')
      .split('\n')
      .map((line) => JSON.parse(line || '{}'));
    expect(row).toMatchObject({ Repository: 'mine', Tag: '1', ID: expect.stringMatching(/^[0-9a-f]{12}$/) });
  });

  it('have a history, the last step first', () => {
    const rows = tslab('history', '--no-trunc', '--human=false', '--format', ROW, 'mine:1');
    const id = tslab('image', 'inspect', '-f', '{{.Id}}', 'mine:1').trim();
    expect(rows).toMatch(new RegExp(`^${id}\\|sh -c echo hi .*\\|3\\|first\n<missing>\\|busybox\\|\\d+\\|\n$`));
    expect(tslab('history', '-q', 'mine:1')).toBe(`${id.slice(7, 19)}\n<missing>\n`);
  });

  it('are inspected with containers, and alone', () => {
    const [image] = JSON.parse(tslab('inspect', 'mine:1'));
    expect(image).toMatchObject({
      RepoTags: ['mine:1'],
      Os: 'linux',
      RootFS: { Layers: diffIds(image.Id) },
      Comment: 'first',
    });
    expect(JSON.parse(tslab('inspect', '--type', 'image', 'mine:1'))).toEqual([image]);
    expect(refused('inspect', '--type', 'container', 'mine:1')).toContain('No such container: mine:1');
    expect(refused('inspect', 'neither')).toMatch(/^1: .*No such object: neither\n.* all containers, tslab images /s);
  });
});

const ROW = '{{.ID}}|{{.CreatedBy}}|{{.Size}}|{{.Comment}}';

describe('rmi', () => {
  it('refuses an image of which a container is made, and with -f takes its name alone', () => {
    expect(refused('rmi', 'mine:1')).toMatch(
      /^1: .*conflict: unable to remove repository reference "mine:1" \(must force\) - container [0-9a-f]{12} is using/,
    );
    const id = tslab('image', 'inspect', '-f', '{{.Id}}', 'mine:1').trim();
    expect(tslab('rmi', '-f', 'mine:1')).toBe('Untagged: mine:1\n');
    expect(tslab('commit', 'two', 'still')).toMatch(/^sha256:/);
    tslab('rm', '-v', 'one', 'two');
    expect(tslab('rmi', id)).toBe(`Deleted: ${id}\n`);
  });

  it('takes one of several names, and then the image with what only it needs', () => {
    tslab('tag', 'mine:2', 'other:2');
    const id = tslab('image', 'inspect', '-f', '{{.Id}}', 'mine:2').trim();
    expect(refused('rmi', id)).toContain('(must be forced) - image is referenced in multiple repositories');
    expect(tslab('images', '--format', '{{.Repository}}', 'mine')).toBe('mine\n');
    expect(tslab('rmi', 'mine:2')).toBe('Untagged: mine:2\n');
    expect(tslab('rmi', '--no-prune', 'other:2')).toBe(`Untagged: other:2\nDeleted: ${id}\n`);
    expect(existsSync(blob(id))).toBe(true);
    expect(tslab('rmi', 'still')).toMatch(/^Untagged: still:latest\nDeleted: sha256:/);
    expect(existsSync(blob(id))).toBe(false);
    expect(tslab('image', 'prune', '-a', '-f', '--filter', 'label=none')).toBe('Total reclaimed space: 0B\n');
    const pruned = tslab('image', 'prune', '--all', '-f', '--filter', 'until=1s');
    expect(pruned).toMatch(/^Deleted Images:\nuntagged: whole:latest\ndeleted: /);
    expect([blobs(), layers(), leftovers()]).toEqual([[], [], []]);
  });

  it('refuses the ID of an image of which a container runs, with -f as well, and says what is to be done', () => {
    run('--name', 'ended', 'busybox', 'true');
    tslab('commit', 'ended', 'slept:1');
    const id = tslab('image', 'inspect', '-f', '{{.Id}}', 'slept:1').trim();
    run('-d', '--name', 'user', 'slept:1', 'sleep', '600');
    for (const words of [[id], ['-f', id]])
      expect(refused('rmi', ...words)).toMatch(
        /^1: .*\(cannot be forced\) - image is being used by running container [0-9a-f]{12}\nFirst tslab stop user, then tslab rm user\./,
      );
    expect(refused('rmi', 'slept:1')).toMatch(/\(must force\) .*\ntslab stop user, tslab rm user, or rmi -f: /);
    tslab('rm', '-f', 'user', 'ended');
    expect(tslab('rmi', id)).toContain(`Deleted: ${id}`);
  });

  it('is told where there is none, and with -f that is fine', () => {
    expect(refused('rmi', 'none')).toMatch(/^1: Error: No such image: none/);
    expect(refused('rmi', '-f', 'none')).toMatch(/^0: tslab: No such image: none/);
  });
});
