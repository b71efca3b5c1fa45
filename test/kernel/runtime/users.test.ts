import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { output, runDetached, useOwnState } from '../runtime-info/containers.js';
import { tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();

function exec(name: string, user: string, ...command: string[]) {
  const { status, stdout, stderr } = tslab(['exec', '-u', user, name, ...command]);
  return { status, text: (stdout + stderr).trim() };
}

describe.skipIf(!isRoot)('the user of a program is looked up in the container (skipped without root)', () => {
  it('as it is now: who was deleted inside is not found any more, by exec and at the next start', () => {
    runDetached('gone', 'sleep 1000', ['-u', 'nobody']);
    expect(exec('gone', 'nobody', 'id', '-u')).toEqual({ status: 0, text: '65534' });
    output('exec', '-u', '0', 'gone', 'rm', '/etc/passwd');
    const unknown = expect.stringContaining('unable to find user nobody: no matching entries in passwd file');
    expect(exec('gone', 'nobody', 'true')).toEqual({ status: 126, text: unknown });
    expect(exec('gone', '65534', 'id', '-u')).toEqual({ status: 0, text: '65534' });
    expect(tslab(['restart', '-t', '0', 'gone'])).toMatchObject({ status: 1, stderr: unknown });
    output('rm', '-f', 'gone');
  });

  it('also where a directory was made anew, and hides what the image has in it', () => {
    runDetached('opaque', 'cp -a /etc /old; rm -rf /etc; mkdir /etc; exec sleep 1000', ['-u', '0:0']);
    tslab(['exec', 'opaque', 'sh', '-c', 'until [ ! -e /etc/passwd ]; do sleep 0.1; done']);
    tslab(['stop', '-t', '0', 'opaque']);
    expect(tslab(['inspect', '-f', '{{.State.Status}}', 'opaque']).stdout).toBe('exited\n');
    runDetached('other', 'sleep 1000');
    expect(exec('other', 'nobody', 'true').status).toBe(0);
    output('start', 'opaque');
    expect(exec('opaque', 'nobody', 'true').status).toBe(126);
    output('rm', '-f', 'opaque', 'other');
  });

  it('with what is mounted there', () => {
    const directory = mkdtempSync(join(tmpdir(), 'tslab-passwd-'));
    writeFileSync(join(directory, 'passwd'), 'ann:x:4711:4712::/home/ann:/bin/sh\n');
    runDetached('mounted', 'sleep 1000', ['-v', `${join(directory, 'passwd')}:/etc/passwd:ro`]);
    expect(exec('mounted', 'ann', 'sh', '-c', 'echo $(id -u) $(id -g) $HOME').text).toBe('4711 4712 /home/ann');
    output('rm', '-f', 'mounted');
    rmSync(directory, { recursive: true });
  });

  it('has the groups of --group-add besides, by name or number, as has what exec adds', () => {
    const { state } = runDetached('grouped', 'exec sleep 1000', [
      ...['-u', '1234:5', '--group-add', '77', '--group-add', 'root', '--group-add', '77'],
    ]);
    const groups = readFileSync(`/proc/${state.init.pid}/status`, 'utf8').match(/^Groups:\t(.*?) *$/m)?.[1];
    expect(groups).toBe('0 5 77');
    expect(exec('grouped', '1234', 'id', '-G').text).toBe('0 77');
    const unknown = tslab(['run', '--rm', '--group-add', 'nogroupsuch', 'busybox', 'true']);
    expect(unknown.status).toBe(125);
    expect(unknown.stderr).toMatch(/unable to find group nogroupsuch: no matching entries in group file/);
    output('rm', '-f', 'grouped');
  });

  it('and nowhere else: no link leads to the host, or through /proc', () => {
    runDetached('links', 'sleep 1000');
    for (const target of ['/proc/1/root/etc/passwd', '/proc/self/fd/3', '/proc/self/exe']) {
      output('exec', 'links', 'ln', '-sf', target, '/etc/passwd');
      expect(exec('links', 'nobody', 'true').status).toBe(126);
    }
    output('exec', 'links', 'sh', '-c', 'echo in:x:1:1::/: > /new; ln -sf ../../../new /etc/passwd');
    expect(exec('links', 'in', 'id', '-u')).toEqual({ status: 0, text: '1' });
    output('rm', '-f', 'links');
  });
});

describe.skipIf(!isRoot)('what a container puts in the place of /etc/passwd (skipped without root)', () => {
  it.each([
    ['a FIFO', 'mkfifo /etc/passwd', 'is not a regular file'],
    ['a device', 'mknod /etc/passwd c 1 5', 'is not a regular file'],
    ['a directory', 'mkdir /etc/passwd', 'is not a regular file'],
    ['a loop of links', 'ln -s passwd /etc/passwd', 'cannot be opened: ELOOP'],
    ['a file without end', 'dd if=/dev/zero of=/etc/passwd bs=1M count=2', 'has more than'],
    ['a program', 'head -c 5000 /bin/busybox > /etc/passwd', 'is no text'],
  ])('%s: is told by its name, and holds nobody up', (_, make, reason) => {
    runDetached('evil', `rm /etc/passwd; ${make}; touch /done; exec sleep 1000`);
    tslab(['exec', 'evil', 'sh', '-c', 'until [ -e /done ]; do sleep 0.1; done']);
    const { status, text } = exec('evil', 'nobody', 'true');
    expect({ status, text }).toEqual({
      status: 126,
      text: expect.stringContaining(`the container's /etc/passwd ${reason}`),
    });
    expect(exec('evil', '65534:65534', 'true').status).toBe(0);
    expect(tslab(['inspect', 'evil']).status).toBe(0);
    expect(tslab(['restart', '-t', '0', 'evil'])).toMatchObject({ status: 0, stdout: 'evil\n' });
    output('rm', '-f', 'evil');
  });
});
