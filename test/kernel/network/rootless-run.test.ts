import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HELPERS } from '../../../src/network/rootless/choose.js';
import { needs } from '../../support/needs.js';
import { until } from '../runtime-info/containers.js';
import { TSLAB } from '../tslab.js';
import { HOST, LOOPBACK_PORT, NEIGHBOUR, useNeighbour } from './neighbours.js';
import { helpersHere, onUsersHost, UID } from './users-host.js';

useNeighbour();

let state = '';
beforeEach((test) => {
  needs(test, 'root');
  needs(test, 'node and tslab where every user may read');
  needs(test, 'user namespaces for ordinary users');
  state = mkdtempSync(join(tmpdir(), 'tslab-helped-'));
  writeFileSync(join(state, 'resolv.conf'), 'nameserver 127.0.0.1\nsearch example.com\n');
  chownSync(state, UID, UID);
});

const SERVE = "while true; do echo 'the container' | nc -l -p 80; done";

describe.each(HELPERS)('a container of an ordinary user that %s connects', (helper) => {
  const wordsOf = (words: readonly string[]) =>
    onUsersHost(helper, join(state, 'resolv.conf'), [process.execPath, TSLAB, ...words]);
  const options = () => ({ env: { ...process.env, TSLAB_STATE: join(state, 'state'), HOME: state }, cwd: '/' });

  function tslab(...words: string[]) {
    const { status, stdout, stderr } = spawnSync('unshare', wordsOf(words), {
      ...options(),
      encoding: 'utf8',
      timeout: 20_000,
      killSignal: 'SIGKILL',
    });
    return { status, stdout, stderr };
  }

  function output(...words: string[]): string {
    const { stdout, ...rest } = tslab(...words);
    expect(rest).toEqual({ status: 0, stderr: '' });
    return stdout;
  }

  /** The pid of its program, or of its supervisor. */
  const pidOf = (which: 'init' | 'owner') => {
    const id = output('inspect', '-f', '{{.Id}}', 'box').trim();
    return JSON.parse(readFileSync(join(state, 'state/containers', id, 'state.json'), 'utf8'))[which].pid as number;
  };

  beforeEach((test) => needs(test, helper));
  afterEach(async () => {
    tslab('rm', '-f', 'box');
    await until(() => !existsSync(join(state, 'state/run/supervisor.sock')));
    expect([helpersHere(), output('cleanup')]).toEqual([[], expect.stringMatching(/^No run that has ended has left/)]);
    rmSync(state, { recursive: true, force: true });
  });

  it('is in the default network, and reaches others, who see the host', () => {
    // Its side stays open until the answer is there: the pasta of Debian 12 does not get over it when it closes first.
    const look = `sleep 2 | nc -w 3 ${NEIGHBOUR} 80; echo; cat /etc/resolv.conf; ls /sys/class/net; ip -o -4 addr show eth0`;
    const [asked, ...lines] = output('run', '--rm', 'busybox', 'sh', '-c', look).split('\n');
    expect(asked).toBe(HOST);
    expect(lines.slice(0, 4)).toEqual(['nameserver 10.0.2.3', 'search example.com', 'eth0', 'lo']);
    expect(lines[4]).toContain('inet 10.0.2.100/24');
  });

  it('has the MAC address that was asked for', () => {
    const words = ['--mac-address', '02:00:00:00:00:09', 'busybox', 'cat', '/sys/class/net/eth0/address'];
    expect(output('run', '--rm', ...words)).toBe('02:00:00:00:00:09\n');
  });

  it('has ports on the host in the background, as ps and inspect tell, until it ends', async () => {
    output('run', '-d', '--name', 'box', '-p', '7080:80', '-p', '127.0.0.1::80', 'busybox', 'sh', '-c', SERVE);
    await answers(7080);
    const other = Number(/127\.0\.0\.1:(\d+)/.exec(output('port', 'box'))?.[1]);
    await answers(other);
    expect(output('ps', '--format', '{{.Ports}} {{.Networks}}')).toMatch(/0\.0\.0\.0:7080->80\/tcp.* bridge\n/);
    const format = '{{.HostConfig.NetworkMode}} {{.NetworkSettings.IPAddress}} {{.NetworkSettings.Gateway}}';
    expect(output('inspect', '-f', format, 'box')).toBe('bridge 10.0.2.100 10.0.2.2\n');
    output('stop', '-t', '0', 'box');
    expect(helpersHere()).toEqual([]);
    output('start', 'box');
    await answers(7080);
  });

  it('leaves no helper where tslab is killed', async () => {
    const words = wordsOf(['run', '--rm', '--name', 'box', 'busybox', 'sh', '-c', 'echo up; sleep 1000']);
    const killed = spawn('unshare', words, { ...options(), stdio: ['ignore', 'pipe', 'inherit'] });
    await once(killed.stdout, 'data');
    expect(helpersHere()).not.toEqual([]);
    killed.kill('SIGKILL');
    await expect.poll(helpersHere).toEqual([]);
    expect(output('ps', '-aq')).toBe('');
  });

  it('stays connected where its supervisor is killed, also when another has taken it over', async () => {
    output('run', '-d', '--name', 'box', '-p', '7080:80', 'busybox', 'sh', '-c', SERVE);
    process.kill(pidOf('owner'), 'SIGKILL');
    await answers(7080);
    output('exec', 'box', 'true');
    expect(tslab('restart', '-t', '0', 'box')).toMatchObject({ status: 0, stderr: '' });
    await answers(7080);
  });

  it('leaves no helper where it ends behind a killed supervisor, once a command has seen that', async () => {
    output('run', '-d', '--name', 'box', 'busybox', 'sleep', '1000');
    const init = pidOf('init');
    process.kill(pidOf('owner'), 'SIGKILL');
    process.kill(init, 'SIGKILL');
    rmSync(join(state, 'state/run/supervisor.sock'));
    await until(() => output('ps', '-a', '--format', '{{.Status}}').startsWith('Exited'));
    expect(helpersHere()).toEqual([]);
  });

  it('is not started where a port is taken, and nothing is left', () => {
    const refused = tslab('run', '--rm', '-p', `127.0.0.1:${LOOPBACK_PORT}:80`, 'busybox', 'true');
    expect(refused).toMatchObject({ status: 125, stderr: expect.stringMatching(/port is already allocated/) });
    const without = tslab('run', '--rm', '-p', '[::1]:7080:80', 'busybox', 'true');
    expect(without).toMatchObject({ status: 125, stderr: expect.stringMatching(/IPv4 alone/) });
    expect(output('ps', '-aq')).toBe('');
  });

  it('is in no other network', () => {
    const refused = tslab('run', '--rm', '--network', 'web', 'busybox', 'true');
    expect(refused).toMatchObject({ status: 125, stderr: expect.stringMatching(/without root.*\n.*container:NAME/) });
    output('create', '--name', 'box', 'busybox', 'true');
    expect(tslab('network', 'connect', 'web', 'box').stderr).toMatch(/without root a container stays/);
    expect(output('run', '--dry-run', 'busybox')).toContain(`at the gate: ${helper} PID: link eth0`);
  });
});

/** Between two connections nc does not listen for a moment. */
function answers(port: number): Promise<void> {
  return expect.poll(() => ask(port).catch(String), { timeout: 10_000 }).toBe('the container\n');
}

async function ask(port: number): Promise<string> {
  const one = connect(port, '127.0.0.1').setTimeout(2_000, () => one.destroy());
  const [answer] = await Promise.race([once(one, 'data'), once(one, 'close')]);
  return String(answer);
}
