import { spawnSync } from 'node:child_process';
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

/** The program in these surroundings. */
export function tslabIn({ script, enter = OWN_MOUNTS }: Surroundings, words: readonly string[], state: string) {
  const [program = '', ...args] = [...enter, 'bash', '-ec', script, 'bash', process.execPath, TSLAB, ...words];
  const env = { ...bareEnvironment(), TSLAB_STATE: state };
  return spawnSync(program, args, { encoding: 'utf8', env, maxBuffer: 64 << 20, cwd: '/' });
}

/** A script for bash in these surroundings, in which `tslab` is the program. */
export function scriptIn({ script, enter = OWN_MOUNTS }: Surroundings, more: string, state: string) {
  const define = `tslab() { '${process.execPath}' '${TSLAB}' "$@"; }; export -f tslab`;
  const [program = '', ...args] = [...enter, 'bash', '-c', `${define}\nset -e; ${script}; set +e\n${more}`];
  return spawnSync(program, args, { encoding: 'utf8', env: { ...bareEnvironment(), TSLAB_STATE: state }, cwd: '/' });
}

/** What the doctor says there of the labs. */
export function verdictsIn(where: Surroundings, state: string): readonly LabVerdict[] {
  const { stdout, stderr } = tslabIn(where, ['doctor', '--json'], state);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as DoctorReport).labs;
}

/** How a lab ends there. */
export function labIn(where: Surroundings, lab: string, state: string): { end: LabEnded; status: number | null } {
  const short = lab.startsWith('03') ? ['--seconds=1'] : [];
  const { stdout, status } = tslabIn(where, [lab, '--json', ...short], state);
  const end = jsonLines(stdout).at(-1) as unknown as LabEnded;
  return { end, status };
}

/** What the doctor says of a lab is what then happens: held whole, held but for the steps that it names, or impossible. */
export function expectAsTold({ id, verdict, problems }: LabVerdict, { end, status }: ReturnType<typeof labIn>): void {
  expect.soft(end).toMatchObject({ type: 'end', id, status: verdict === 'cannot' ? 'impossible' : 'held' });
  expect.soft({ id, status }).toEqual({ id, status: verdict === 'cannot' ? 3 : 0 });
  const left = [...new Set(problems.flatMap(({ without }) => without.flatMap(stepsLeftOut)))];
  if (verdict !== 'cannot')
    expect.soft({ id, left: [...(end.impossible ?? [])].sort() }).toEqual({ id, left: left.sort() });
}

/** The steps in `the steps cpu-quota, fixed-work and cpu-weight are left out`. */
export function stepsLeftOut(without: string): string[] {
  return /^the steps? (.*) (?:is|are) left out$/.exec(without)?.[1]?.split(/, | and /) ?? [];
}
