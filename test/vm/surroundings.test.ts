import { describe, expect, it } from 'vitest';
import type { DoctorReport, LabVerdict } from '../../src/doctor/report.js';
import type { LabEnded } from '../../src/lab/events.js';
import { expectAsTold } from '../kernel/surroundings.js';
import { run } from './run.js';

describe('in a container whose cgroup holds processes, on cgroup v2', () => {
  it.for(['03-cgroups', '05-exec'])('the doctor says of %s what then happens', (lab) => {
    expectAsTold(verdict('container.doctor', lab), labOf(`container.${lab}`));
  });

  it('lab 03 and run say which process it is, and one remedy', () => {
    const why =
      /^On cgroup v2 a cgroup with processes .*, and \/sys\/fs\/cgroup holds sleep \(pid \d+\)\. Remedy: (.*)$/;
    const { status, output } = run('container.run');
    expect(endOf('container.03-cgroups').why).toMatch(why);
    expect(why.exec(endOf('container.03-cgroups').why ?? '')?.[1]).toBe('tslab doctor --prepare');
    expect(status).toBe(125);
    expect(output).toMatch(/^tslab: .* holds sleep \(pid \d+\)\.\ntslab doctor --prepare\n$/);
  });

  it('no user of the container can prepare it, root of a user namespace or not', () => {
    expect(run('container.user')).toMatchObject({
      status: 3,
      output: expect.stringContaining('sudo tslab doctor --prepare'),
    });
  });

  it('tslab doctor --prepare tells each call, and does nothing the second time', () => {
    const { status, output } = run('container.prepare');
    expect(output).toMatch(/^moved all processes of this container's cgroup into \/sys\/fs\/cgroup\/tslab-prepared/);
    expect(output).toMatch(/^tslab {2}write\(\d+, "\+cpu \+cpuset \+memory \+pids", 26\) = 26$/m);
    expect(status).toBe(0);
    expect(run('container.again')).toMatchObject({
      status: 0,
      output: expect.stringContaining('There is nothing to prepare here'),
    });
  });

  it('everything that has to do with cgroups works then, as the doctor says', () => {
    for (const lab of ['03-cgroups', '05-exec', '12-runtime'])
      expect(verdict('container.doctor-prepared', lab)).toMatchObject({ verdict: 'can run' });
    expect(endOf('container.03-prepared')).toMatchObject({ status: 'held' });
    expect(run('container.run-prepared')).toEqual({ status: 0, output: '' });
    expect(run('container.detached').status).toBe(0);
  });

  it('cleanup leaves it while a container needs it, and takes it back then', () => {
    expect(run('container.cleanup-early').status).toBe(1);
    expect(run('container.cleanup')).toMatchObject({ status: 0, output: expect.stringContaining('/tslab-prepared') });
    expect(run('container.left')).toEqual({ status: 0, output: '.\n1\n' });
  });
});

describe('for a user to whom a cgroup was delegated, on cgroup v2', () => {
  it.for(['03-cgroups', '05-exec'])('with tslab alone in it, the doctor says of %s what then happens', (lab) => {
    expect(verdict('delegated.doctor', lab).verdict).toBe(lab === '03-cgroups' ? 'can run' : 'can run partly');
    expectAsTold(verdict('delegated.doctor', lab), labOf(`delegated.${lab}`));
  });

  it('with tslab alone in it, containers have limits, and what they lack is told once', () => {
    const output = expect.stringMatching(/^tslab: containers of yours have one user, .*\n$/);
    expect(run('delegated.run')).toEqual({ status: 0, output });
  });

  it('with another process in it, lab 03 and run are not possible, as the doctor says', () => {
    expectAsTold(verdict('delegated.doctor-occupied', '03-cgroups'), labOf('delegated.03-occupied'));
    expect(verdict('delegated.doctor-occupied', '03-cgroups').problems[0]?.remedies).toEqual([
      'sudo tslab doctor --prepare && sudo tslab 03-cgroups',
    ]);
    expect(run('delegated.run-occupied').output).toMatch(/holds sleep \(pid \d+\)\.\nsudo tslab doctor --prepare && /);
  });

  it('the remedy for that works, and leaves nothing', () => {
    expect(run('delegated.remedy').status).toBe(0);
    expect(run('delegated.cleanup').status).toBe(0);
    expect(run('delegated.end')).toEqual({ status: 0, output: '' });
  });
});

function verdict(name: string, lab: string): LabVerdict {
  const { labs } = JSON.parse(run(name).output) as DoctorReport;
  return labs.find(({ id }) => id === lab) as LabVerdict;
}

function labOf(name: string) {
  return { end: endOf(name), status: run(name).status ?? null };
}

function endOf(name: string): LabEnded {
  return JSON.parse(run(name).output.trimEnd().split('\n').at(-1) ?? '') as LabEnded;
}
