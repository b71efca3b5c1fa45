/**
 * `npm run peers [-- [--show] [--update] AREA…]`: the same commands on tslab and on podman, as root. The case files know the
 * differences, each with a reason. A new one, and one that is gone, are told with all answers, and the status is 1; `--show`
 * tells all, `--update` writes them into the case files, to be given a reason. Where docker is installed it is asked, too; of
 * its client alone only what that decides. `dpkg -x` of Debian's docker.io and containerd, and a PATH, do for its daemon.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { annotate } from './annotate.js';
import { type Area, readAreas } from './cases.js';
import { type Compared, compare } from './judge.js';
import { renderCompared, renderSummary } from './report.js';
import { missingTools, Sandbox } from './sandbox.js';
import type { Side } from './sides.js';

const OPTIONS = { show: { type: 'boolean' }, update: { type: 'boolean' } } as const;

const work = mkdtempSync(join(tmpdir(), 'tslab-peers-'));
const interrupted = new Promise<void>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
}).then(() => {
  process.exitCode = 130;
});
let sandbox: Sandbox | undefined;
try {
  await Promise.race([main(), interrupted]);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await sandbox?.close();
  rmSync(work, { recursive: true, force: true });
  process.exit(); // after Ctrl-C a command may still go on
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const missing = missingTools();
  if (missing) throw new Error(missing);
  const areas = readAreas().filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  sandbox = await Sandbox.open(work);
  await sandbox.importImage();
  const all: Compared[] = [];
  for (const area of areas) {
    const found: Compared[] = [];
    for await (const one of runArea(sandbox.sides, area)) {
      if (one.news || values.show) console.log(renderCompared(one));
      found.push(one);
    }
    if (values.update) annotate(area.name, found);
    all.push(...found);
  }
  console.log(renderSummary(all));
  if (all.some(({ news }) => news)) process.exitCode = 1;
}

/** One command after the other, each on all sides at once; behind a session its containers and volumes are removed. */
async function* runArea(sides: readonly Side[], { name, sessions }: Area): AsyncGenerator<Compared> {
  for (const commands of sessions) {
    for (const side of sides) side.begin();
    for (const command of commands) {
      const [tslab, podman, docker] = await Promise.all(sides.map((side) => side.run(command.line)));
      if (tslab && podman) yield compare({ area: name, command }, { tslab, podman, docker });
    }
    await Promise.all(sides.map((side) => side.clean()));
  }
}
