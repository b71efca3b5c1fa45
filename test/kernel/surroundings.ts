import { execFile, spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import type { DoctorReport, LabVerdict } from '../../src/doctor/report.js';
import type { LabEnded } from '../../src/lab/events.js';
import { bareEnvironment, jsonLines, TSLAB } from './tslab.js';

/** Surroundings of tslab's: a script for bash that makes them, and then does "$@" in them. */
export interface Surroundings {
  readonly name: string;
  readonly script: string;
  /** Who goes into a mount namespace of its own, or another, before the script. */
  readonly enter?: readonly string[];
}

export const OWN_MOUNTS = ['unshare', '--mount', '--propagation', 'private'];

/** What a program did. */
interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

/** The program in these surroundings. Others may be tried at the same time. */
export function tslabIn({ script, enter = OWN_MOUNTS }: Surroundings, words: readonly string[], state: string) {
  const [program = '', ...args] = [...enter, 'bash', '-ec', script, 'bash', process.execPath, TSLAB, ...words];
  const options = { env: { ...bareEnvironment(), TSLAB_STATE: state }, maxBuffer: 64 << 20, cwd: '/' };
  return new Promise<Ended>((resolve) => {
    const child = execFile(program, args, options, (_, stdout, stderr) => {
      resolve({ stdout, stderr, status: child.exitCode });
    });
  });
}

/** A script for bash in these surroundings, in which `tslab` is the program. */
export function scriptIn({ script, enter = OWN_MOUNTS }: Surroundings, more: string, state: string) {
  const define = `tslab() { '${process.execPath}' '${TSLAB}' "$@"; }; export -f tslab`;
  const [program = '', ...args] = [...enter, 'bash', '-c', `${define}\nset -e; ${script}; set +e\n${more}`];
  return spawnSync(program, args, { encoding: 'utf8', env: { ...bareEnvironment(), TSLAB_STATE: state }, cwd: '/' });
}

/** What the doctor says there of the labs. */
export async function verdictsIn(where: Surroundings, state: string): Promise<readonly LabVerdict[]> {
  const { stdout, stderr } = await tslabIn(where, ['doctor', '--json'], state);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as DoctorReport).labs;
}

/** How a lab ended, and the program with it. */
interface LabRun {
  readonly end: LabEnded;
  readonly status: number | null;
}

/** How a lab ends there. */
export async function labIn(where: Surroundings, lab: string, state: string): Promise<LabRun> {
  const short = lab.startsWith('03') ? ['--seconds=1'] : [];
  const { stdout, status } = await tslabIn(where, [lab, '--json', ...short], state);
  const end = jsonLines(stdout).at(-1) as unknown as LabEnded;
  return { end, status };
}

/** What the doctor says of a lab is what then happens: held whole, held but for the steps that it names, or impossible. */
export function expectAsTold({ id, verdict, problems }: LabVerdict, { end, status }: LabRun): void {
  const left = [...new Set(problems.flatMap(({ without }) => without.flatMap(stepsLeftOut)))].sort();
  const told = verdict === 'cannot' ? { how: 'impossible', status: 3, left: [] } : { how: 'held', status: 0, left };
  const happened = verdict === 'cannot' ? [] : [...(end.impossible ?? [])].sort();
  expect({ id: end.id, why: end.why, how: end.status, status, left: happened }).toEqual({ id, why: end.why, ...told });
}

/** The steps in `the steps cpu-quota, fixed-work and cpu-weight are left out`. */
export function stepsLeftOut(without: string): string[] {
  return /^the steps? (.*) (?:is|are) left out$/.exec(without)?.[1]?.split(/, | and /) ?? [];
}
