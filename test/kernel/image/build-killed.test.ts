import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** How often a build is killed: each time a little later. */
const KILLS = Number(process.env.TSLAB_KILLS ?? 5);
/** Milliseconds in which a build has come to its last steps. */
const LONGEST = 1500;

let here = '';
beforeAll(() => {
  here = mkdtempSync(join(tmpdir(), 'tslab-killed-'));
  process.env.TSLAB_STATE = join(here, 'state');
  writeFileSync(join(here, 'data'), Buffer.alloc(4 << 20, 'x'));
  const lines = [
    'FROM busybox',
    'COPY data /data',
    'RUN cp /data /copy; sleep 0.2',
    'RUN rm /copy && touch /end',
    'CMD wc -c /data',
  ];
  writeFileSync(join(here, 'Dockerfile'), lines.join('\n'));
  tslab('build', '-q', here);
});
afterAll(() => rmSync(here, { recursive: true }));

function tslab(...words: string[]): string {
  return execFileSync(process.execPath, ['dist/bin/tslab.cjs', ...words], { encoding: 'utf8' });
}

const BUILD = ['dist/bin/tslab.cjs', 'build', '--no-cache', '-t', 'killed'];

async function killedAfter(milliseconds: number): Promise<void> {
  const build = spawn(process.execPath, [...BUILD, here], { stdio: 'ignore' });
  const ended = once(build, 'exit');
  await sleep(milliseconds);
  build.kill('SIGKILL');
  await ended;
}

/** The exit status of a build that is interrupted while RUN sleeps. */
async function interrupted(): Promise<number | null> {
  const build = spawn(process.execPath, [...BUILD, here], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(build, 'exit');
  let printed = '';
  for await (const part of build.stdout) {
    printed += part;
    if (!printed.includes('Step 3/5')) continue;
    build.kill('SIGINT');
    break;
  }
  return (await ended)[0];
}

/** Directories of layers and archives that are not whole, containers, and whoever still runs in one. */
function left(): string[] {
  const of = (directory: string) => readdirSync(join(here, 'state', directory)).filter((name) => name !== '.lock');
  const processes = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && mountsOf(pid).includes(here));
  const layers = of('images/layers').filter((name) => name.startsWith('.tmp-'));
  return [...of('containers'), ...layers, ...of('images/ingest'), ...processes];
}

function mountsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/mounts`, 'utf8');
  } catch {
    return '';
  }
}

describe('a build that is killed', () => {
  it.each(Array.from({ length: KILLS }, (_, i) => Math.round(((i + 1) * LONGEST) / KILLS)))(
    'after %i ms leaves nothing that the next command does not remove, and no image in part',
    async (after) => {
      await killedAfter(after);
      tslab('build', '-q', here);
      expect(left()).toEqual([]);
      expect(tslab('ps', '-aq')).toBe('');
      tslab('image', 'verify');
    },
  );

  it('while it removed a container leaves nothing of that either', () => {
    const id = 'a'.repeat(64);
    mkdirSync(join(here, 'state/containers', `${id}.removed`));
    writeFileSync(join(here, 'state/ledger/999999-5.jsonl'), `${JSON.stringify({ kind: 'container', name: id })}\n`);
    tslab('build', '-q', here);
    expect(left()).toEqual([]);
  });

  it('while it wrote the archive of a layer leaves nothing of that, where nobody has its lock', () => {
    const [digest, ingest] = ['0'.repeat(64), join(here, 'state/images/ingest')];
    for (const name of ['a'.repeat(32), digest]) writeFileSync(join(ingest, name), 'in part');
    const writing = spawn('flock', [join(ingest, 'b'.repeat(32)), 'sleep', '1000'], {
      stdio: 'ignore',
      detached: true,
    });
    while (!existsSync(join(ingest, 'b'.repeat(32))));
    tslab('build', '-q', here);
    process.kill(-(writing.pid as number), 'SIGKILL');
    // A download goes on another time.
    expect(readdirSync(ingest).sort()).toEqual([digest, 'b'.repeat(32)]);
    rmSync(join(ingest, digest));
    rmSync(join(ingest, 'b'.repeat(32)));
  });

  it('leaves no container either that has outlived it', () => {
    const id = tslab('run', '-d', '--network', 'none', '--label', 'tslab.build=x', 'busybox', 'sleep', '1000').trim();
    const { owner } = JSON.parse(readFileSync(join(here, 'state/containers', id, 'state.json'), 'utf8'));
    process.kill(owner.pid, 'SIGKILL');
    writeFileSync(join(here, 'state/ledger/999999-5.jsonl'), `${JSON.stringify({ kind: 'container', name: id })}\n`);
    tslab('build', '-q', here);
    expect(left()).toEqual([]);
  });

  it('by Ctrl-C ends with 130, and has tidied up itself', async () => {
    expect(await interrupted()).toBe(130);
    expect(left()).toEqual([]);
  });

  it('completes the next time', () => {
    tslab('build', '-t', 'killed', here);
    expect(tslab('run', '--rm', '--network', 'none', 'killed')).toBe(`${4 << 20} /data\n`);
    tslab('image', 'verify');
  });
});
