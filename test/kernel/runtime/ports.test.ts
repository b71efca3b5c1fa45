import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findContainer } from '../../../src/container/store/find.js';
import { isAlive } from '../../../src/procfs/processes.js';
import { needs } from '../../support/needs.js';
import { HOST } from '../network/paths.js';
import { answering, ask, useWorld } from '../network/world.js';
import { output, removeBehindEach, runDetached, until, useOwnState } from '../runtime-info/containers.js';
import { atTerminal, start, tslab } from '../tslab.js';

const isRoot = process.geteuid?.() === 0;
useOwnState();
useWorld();
removeBehindEach();

const servers: (() => void)[] = [];
afterEach(() => {
  for (const end of servers.splice(0)) end();
});

const NETWORK = ['--network', 'bridge'];
const sleeping = (name: string, ...flags: string[]) => runDetached(name, 'exec sleep 1000', [...NETWORK, ...flags]);

/** A container in which a program answers on port 80. */
async function runServer(name: string, ...flags: string[]) {
  const container = sleeping(name, ...flags);
  servers.push(await answering(container.state.init.pid, 80));
  return container;
}

const fromHost = (port: number, address = '127.0.0.1') => ask(undefined, address, port);
/** What a container sees that is asked through a socket of the host. */
const ANSWER = /^you are 172\./;

describe.skipIf(!isRoot)('a port of a container on the host (skipped without root: it makes networks)', () => {
  it('is told by port, ps and inspect', async (test) => {
    needs(test, 'ip');
    await runServer('web', '-p', '8080:80', '-p', '127.0.0.1:53:53/udp', '--expose', '443');
    const all = ['53/udp -> 127.0.0.1:53', '80/tcp -> 0.0.0.0:8080', '80/tcp -> [::]:8080'];
    expect(output('port', 'web')).toBe(`${all.join('\n')}\n`);
    expect(output('port', 'web', '80')).toBe('0.0.0.0:8080\n[::]:8080\n');
    expect(output('port', 'web', '53/udp')).toBe('127.0.0.1:53\n');
    expect(tslab(['port', 'web', '53']).stderr).toContain("Error: No public port '53' published for web\n");
    expect(tslab(['port', 'web', 'http'])).toMatchObject({ status: 1, stderr: expect.stringContaining('(http)') });
    expect(output('ps', '--format', '{{.Ports}}')).toBe(
      '127.0.0.1:53->53/udp, 443/tcp, 0.0.0.0:8080->80/tcp, [::]:8080->80/tcp\n',
    );
    expect(output('ps', '-q', '-f', 'publish=8080', '-f', 'expose=443')).not.toBe('');
    const first = '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}} {{.HostConfig.PortBindings}}';
    expect(output('inspect', '-f', first, 'web')).toMatch(
      /^8080 map\[53\/udp:\[\{127.0.0.1 53\}\] 80\/tcp:\[\{ 8080\}\]\]/,
    );
    expect(await fromHost(8080)).toMatch(ANSWER);
    output('stop', '-t', '0', 'web');
    expect(output('ps', '-a', '--format', '{{.Ports}}')).toBe('\n');
    expect(await fromHost(8080)).toBe('ECONNREFUSED');
  });

  it('leads to the network that is left where the container leaves one, and nowhere where none is left', async (test) => {
    needs(test, 'ip');
    for (const name of ['one', 'two']) output('network', 'create', name);
    const networks = ['--network', 'one', '--network', 'two'];
    const { state } = runDetached('web', 'exec sleep 1000', [...networks, '-p', '8080:80']);
    servers.push(await answering(state.init.pid, 80));
    output('network', 'disconnect', 'one', 'web');
    expect(await fromHost(8080)).toMatch(/^you are /);
    output('network', 'disconnect', 'two', 'web');
    expect(await fromHost(8080)).toBe('ECONNRESET');
    for (const name of ['one', 'two']) output('network', 'rm', name);
  });

  it('is any that is free, for all that are exposed with -P', async (test) => {
    needs(test, 'ip');
    await runServer('web', '-P', '--expose', '80', '--expose', '53/udp');
    const [udp, , tcp] = output('port', 'web').split('\n');
    expect(udp).toMatch(/^53\/udp -> 0\.0\.0\.0:\d+$/);
    const port = Number(/^80\/tcp -> 0\.0\.0\.0:(\d+)$/.exec(tcp ?? '')?.[1]);
    expect(await fromHost(port)).toMatch(ANSWER);
    expect(await fromHost(port, '::1')).toMatch(ANSWER);
  });

  it('is that address alone with an address', async (test) => {
    needs(test, 'ip');
    await runServer('web', '-p', '127.0.0.1:8080:80', '-p', '[::1]::80');
    expect(await fromHost(8080)).toMatch(ANSWER);
    expect(await fromHost(8080, HOST.ipv4)).toBe('ECONNREFUSED');
    const port = Number(/\[::1\]:(\d+)/.exec(output('port', 'web'))?.[1]);
    expect(await fromHost(port, '::1')).toMatch(ANSWER);
    expect(await fromHost(port)).toBe('ECONNREFUSED');
  });

  it('is the first of a range that nobody has', (test) => {
    needs(test, 'ip');
    sleeping('one', '-p', '8000-8001:80');
    sleeping('two', '-p', '8000-8001:80');
    expect(output('ps', '--format', '{{.Names}} {{.Ports}}')).toBe(
      'two 0.0.0.0:8001->80/tcp, [::]:8001->80/tcp\none 0.0.0.0:8000->80/tcp, [::]:8000->80/tcp\n',
    );
    const third = tslab(['run', '-d', ...NETWORK, '-p', '8000-8001:80', 'busybox', 'true']);
    expect(third.status).toBe(125);
    expect(third.stderr).toContain('Bind for 0.0.0.0:8000-8001 failed: all ports are allocated');
  });
});

describe.skipIf(!isRoot)('a port that somebody has (skipped without root: it makes networks)', () => {
  it('is refused, with the container that has it; the other one stays, and starts when it is free', async (test) => {
    needs(test, 'ip');
    sleeping('web', '-p', '8080:80');
    const { status, stderr } = tslab([
      ...['run', '-d', ...NETWORK, '--name', 'other'],
      '-p',
      '127.0.0.1:8080:80',
      'busybox',
      'sleep',
      '99',
    ]);
    expect(status).toBe(125);
    expect(stderr).toContain('Bind for 127.0.0.1:8080 failed: port is already allocated: container web has it');
    expect(stderr).toContain('tslab stop web');
    expect(findContainer('other').state).toMatchObject({ status: 'created', exitCode: 125 });
    output('rm', '-f', 'web');
    output('start', 'other');
    expect(output('port', 'other')).toBe('80/tcp -> 127.0.0.1:8080\n');
  });

  it('is refused, with the process that has it', async (test) => {
    needs(test, 'ip');
    const server = createServer().listen(8080, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { status, stderr } = tslab(['run', '-d', ...NETWORK, '-p', '8080:80', 'busybox', 'true']);
    server.close();
    expect(status).toBe(125);
    expect(stderr).toContain(`port is already allocated: pid ${process.pid} (`);
  });

  it.each([
    [['-p', '8080:80:80'], 'invalid IP address: 8080'],
    [['-p', '65536:80'], 'invalid hostPort: 65536'],
    [['-p', '8080:0'], 'invalid containerPort: 0'],
    [['-p', '8000-8001:80-82'], 'invalid ranges specified for container and host Ports: 80-82 and 8000-8001'],
    [['-p', '8080:80', '-p', '8080:81'], 'port 8080/tcp of the host is published twice'],
    [['-p', '8080:80/sctp'], 'invalid proto: sctp'],
    [['--expose', '80:80'], 'invalid port format for --expose: 80:80'],
    [[...NETWORK, '-p', '192.0.2.7:8080:80'], 'Bind for 192.0.2.7:8080 failed: address not available'],
    [['--network', 'container:x', '-p', '80'], 'port publishing and the container type network mode'],
    [['--network', 'container:x', '--expose', '80'], 'port exposing and the container type network mode'],
  ])('is refused where it is none: %j', (flags, message) => {
    const { status, stderr } = tslab(['run', '--rm', ...flags, 'busybox', 'true']);
    expect(status).toBe(125);
    expect(stderr).toContain(message);
  });

  it.each(['host', 'none'])('is discarded with --network %s, and that is said', (network) => {
    const { status, stderr } = tslab(['run', '--rm', '--network', network, '-p', '8080:80', 'busybox', 'true']);
    expect(status).toBe(0);
    expect(stderr).toContain(`Published ports are discarded when using ${network} network mode`);
  });
});

describe.skipIf(!isRoot)('a port of the host (skipped without root: it makes networks)', () => {
  it('is there as long as the container is, in the foreground too', async (test) => {
    needs(test, 'ip');
    const front = start([
      'run',
      '--rm',
      ...NETWORK,
      '--name',
      'web',
      '-p',
      '8080:80',
      'busybox',
      'sh',
      '-c',
      'echo up; sleep 1000',
    ]);
    await front.seen('up');
    servers.push(await answering(findContainer('web').state.init.pid, 80));
    expect(await fromHost(8080)).toMatch(ANSWER);
    output('kill', 'web');
    expect((await front.ended).status).toBe(137);
    expect(await fromHost(8080)).toBe('ECONNREFUSED');
  });

  it('goes over to the supervisor where a person leaves the container', async (test) => {
    needs(test, 'ip');
    const front = atTerminal('run -it --network bridge --name web -p 8080:80 busybox sh');
    await front.seen('/ # ');
    front.type('\x10\x11');
    await front.ended;
    servers.push(await answering(findContainer('web').state.init.pid, 80));
    expect(output('port', 'web', '80')).toBe('0.0.0.0:8080\n[::]:8080\n');
    expect(await fromHost(8080)).toMatch(ANSWER);
  });

  it('is there again where a supervisor that was killed is replaced, and when the container restarts', async (test) => {
    needs(test, 'ip');
    const { state } = await runServer('web', '-p', '8080:80', '-p', '80');
    const before = output('port', 'web');
    process.kill(state.owner.pid, 'SIGKILL');
    await until(() => !isAlive(state.owner.pid, state.owner.startTime));
    expect(await fromHost(8080)).toBe('ECONNREFUSED');
    expect(output('port', 'web')).toBe(before);
    expect(await fromHost(8080)).toMatch(ANSWER);
    output('restart', '-t', '0', 'web');
    servers.push(await answering(findContainer('web').state.init.pid, 80));
    expect(await fromHost(8080)).toMatch(ANSWER);
  });
});
