import { describe, expect, it } from 'vitest';
import { run } from './run.js';

describe('a container in the foreground, on cgroup v2', () => {
  it('gives its exit status', () => {
    expect(run('run')).toEqual({ status: 7, output: '' });
  });
});

describe('a container, as closed as Docker’s, on cgroup v2', () => {
  it('has fourteen capabilities and a filter', () => {
    expect(run('closed')).toEqual({ status: 0, output: 'CapBnd:\t00000000a80425fb\nSeccomp:\t2\n' });
  });

  it('opens only devices that it was given: by a BPF program', () => {
    expect(run('devices').output).toMatch(/^1\nhead: \/disk: Operation not permitted\n$/);
  });

  it('is asked why a call was refused: by leaving layers out, since the tracer came with Linux 6.14', () => {
    expect(run('why').output).toMatch(/^it goes well without .*seccomp/m);
  });
});

describe('a detached container, on cgroup v2', () => {
  const id = () => run('detached').output.trim();

  it('runs, says ps', () => {
    expect(id()).toMatch(/^[0-9a-f]{64}$/);
    expect(run('detached').status).toBe(0);
    expect(run('ps').output).toMatch(new RegExp(`^${id().slice(0, 12)} +busybox +"sleep 100" .* Up .* web$`, 'm'));
  });

  it('has the limits that were asked for', () => {
    expect(run('limits').output).toBe(`${64 << 20}\n50\n50000 100000\n`);
  });

  it('has in its cgroup what is run in it later: beside its program only that', () => {
    expect(run('exec')).toEqual({ status: 0, output: '0::/\n2\n' });
  });

  it('can be paused, and go on', () => {
    expect(run('pause')).toEqual({ status: 0, output: 'web\npopulated 1\nfrozen 1\n' });
    expect(run('unpause')).toEqual({ status: 0, output: 'web\npopulated 1\nfrozen 0\n' });
  });

  it('is counted: memory against its limit, processes', () => {
    expect(run('stats').output).toMatch(/ web .* [\d.]+[KM]iB \/ 64MiB .* 1$/m);
    expect(run('stats').status).toBe(0);
  });

  it('is killed where it does not heed SIGTERM', () => {
    expect(run('stop')).toEqual({ status: 0, output: 'web\n' });
    expect(run('stopped').output).toMatch(/ Exited \(137\) .* web$/m);
  });

  it('can be removed', () => {
    expect(run('rm')).toEqual({ status: 0, output: 'web\n' });
  });
});
