/** What the command line costs before any lab runs: `tslab list`, `--version` and `read` against a node that does nothing. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isReached, renderTarget, type Target, table } from './figures.js';
import { TSLAB } from './tslab.js';

const RUNS = process.argv[2] ?? '30';

const commands: [name: string, command: string][] = [
  ['node -e 0', `${process.execPath} -e 0`],
  ['tslab --version', `${process.execPath} ${TSLAB} --version`],
  ['tslab list', `${process.execPath} ${TSLAB} list`],
  ['tslab read 03', `${process.execPath} ${TSLAB} read 03`],
];

const medians = hyperfine(commands.map(([, command]) => command));
const [nothing = 0, , list = 0, read = 0] = medians;
const rows = commands.map(([name], i) => [
  name,
  milliseconds(medians[i] ?? 0),
  ((medians[i] ?? 0) / nothing).toFixed(2),
]);
const targets: Target[] = [
  { what: 'tslab list against node -e 0', ratio: list / nothing, most: 1.3 },
  { what: 'tslab read 03, milliseconds more than node -e 0', ratio: (read - nothing) * 1000, most: 80 },
];

console.log(`medians of ${RUNS} runs`);
console.log(table([['', 'median', '÷ node'], ...rows]));
console.log(`\n${targets.map(renderTarget).join('\n')}`);
if (!targets.every(isReached)) process.exitCode = 1;

/** Median wall time of each command, in seconds. hyperfine -N starts them without a shell (apt-get install hyperfine). */
function hyperfine(all: readonly string[]): number[] {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
  const report = join(directory, 'report.json');
  try {
    execFileSync('hyperfine', ['-N', '--warmup', '3', '--runs', RUNS, '--export-json', report, ...all], {
      stdio: 'ignore',
      env: { ...process.env, TSLAB_STATE: directory },
    });
    const { results } = JSON.parse(readFileSync(report, 'utf8')) as { results: { median: number }[] };
    return results.map(({ median }) => median);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`;
}
