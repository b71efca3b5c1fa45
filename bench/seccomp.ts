/** What a filter costs: to compile it, and to load it into the kernel, beside the filters of libseccomp for the same rules. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOCKERS_CAPABILITIES } from '../src/oci/defaults.js';
import { ABIS_OF, thisMachine } from '../src/seccomp/abi.js';
import { encode, type Program } from '../src/seccomp/bpf.js';
import { DEFAULT_PROFILE } from '../src/seccomp/builtin/profile.js';
import { compile as compileRules } from '../src/seccomp/compile.js';
import { rulesFor } from '../src/seccomp/situation.js';
import { Libseccomp } from '../test/support/seccomp/libseccomp.js';
import { report, table } from './figures.js';
import { compile } from './stopwatch.js';

/** Loads of each program in a row, and how often it is each one's turn: so all have the same share of a busy machine. */
const LOADS = '50';
const TURNS = Number(process.argv[2] ?? 20);

const machine = thisMachine();
const place = { capabilities: DOCKERS_CAPABILITIES.bounding, architecture: machine, kernel: '6.1' };
const directory = mkdtempSync(join(tmpdir(), 'tslab-bench-'));
const libseccomp = new Libseccomp();
try {
  const [cold, ...warm] = Array.from({ length: 200 }, compileOnce);
  const rules = rulesFor(DEFAULT_PROFILE, place);
  const programs: [name: string, Program][] = [
    ['tslab', compileRules(rules, machine)],
    ['libseccomp, tree', libseccomp.make(rules, ABIS_OF[machine]).program],
    ['libseccomp, linear', libseccomp.make(rules, ABIS_OF[machine], false).program],
  ];
  const loads = loadInTurns(programs.map(([, program]) => program));
  const rows = programs.map(([name, program], i) => {
    return [name, `${program.length}`, ...[0, 0.25, 0.5].map((part) => quantile(loads[i] ?? [], part).toFixed(0))];
  });
  console.log(`compile: ${(cold ?? 0).toFixed(1)} ms at first, then ${quantile(warm, 0).toFixed(2)} ms at least`);
  console.log(table([['seccomp(2)', 'instructions', 'least µs', 'p25', 'median'], ...rows]));
  report({
    what: 'tslab against libseccomp, least',
    ratio: quantile(loads[0] ?? [], 0) / quantile(loads[1] ?? [], 0),
    most: 0.6,
  });
} finally {
  libseccomp.remove();
  rmSync(directory, { recursive: true });
}

/** Milliseconds. */
function compileOnce(): number {
  const before = performance.now();
  encode(compileRules(rulesFor(DEFAULT_PROFILE, place), machine));
  return performance.now() - before;
}

/** The microseconds of all loads, program by program. */
function loadInTurns(programs: readonly Program[]): number[][] {
  const load = compile('seccomp', directory);
  const files = programs.map((_, i) => join(directory, `${i}`));
  programs.forEach((program, i) => {
    writeFileSync(files[i] as string, encode(program));
  });
  const turn = () => files.map((file) => execFileSync(load, [file, LOADS], { encoding: 'utf8' }).trim().split('\n'));
  const turns = Array.from({ length: TURNS }, turn);
  return files.map((_, i) => turns.flatMap((one) => (one[i] ?? []).map((nanoseconds) => Number(nanoseconds) / 1000)));
}

function quantile(figures: readonly number[], part: number): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(part * figures.length)] ?? 0;
}
