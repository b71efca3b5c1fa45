import { describe, expect, it } from 'vitest';
import type { ContainerConfig } from '../../../src/container/record.js';
import { NEW_STATE } from '../../../src/container/state.js';
import { inspectedContainer } from '../../../src/docker/inspect/container.js';
import { compileTemplate } from '../../../src/docker/template/template.js';

const CONFIG: ContainerConfig = {
  id: '0123456789abcdef'.repeat(4),
  name: 'web',
  image: 'busybox',
  layers: ['/image'],
  created: '2026-01-31T12:00:00.000Z',
  labels: {},
  process: { args: ['sh', '-c', 'true'], env: ['A=1'], cwd: '/', user: '', tty: false, interactive: false },
  hostname: 'web',
  mounts: [],
  readOnly: false,
  network: 'none',
  resources: {},
  init: false,
  stopSignal: 'SIGTERM',
  restart: { name: 'no' },
  autoRemove: false,
  detached: false,
  skip: [],
};

function inspected(config: Partial<ContainerConfig> = {}, state: Partial<typeof NEW_STATE> = {}) {
  const container = { directory: '/c', config: { ...CONFIG, ...config }, state: { ...NEW_STATE, ...state } };
  return inspectedContainer(container, { calls: [], cgroups: 'v2' });
}

const field = (template: string, ...given: Parameters<typeof inspected>) =>
  compileTemplate(template).render(inspected(...given));
const json = (...given: Parameters<typeof inspected>) => JSON.parse(JSON.stringify(inspected(...given)));

const MOUNTS: ContainerConfig['mounts'] = [
  { type: 'bind', source: '/a', target: '/b', readOnly: true, propagation: 'rslave' },
  { type: 'volume', name: 'data', source: '/v/data', target: '/d', readOnly: false, anonymous: false },
  { type: 'volume', name: 'f00', source: '/v/f00', target: '/e', readOnly: false, anonymous: true },
  { type: 'tmpfs', target: '/t', options: 'size=1m' },
];

describe('what inspect says where nothing was asked for', () => {
  it.each([
    ['{{.ID}}', CONFIG.id],
    ['{{.Name}} {{.Platform}} {{.Driver}} {{.ExecIDs}}', '/web linux overlay2 []'],
    ['{{.State.Status}} {{.State.Running}} {{.State.Dead}} {{.State.Pid}}', 'created false false 0'],
    ['{{.State.StartedAt}}', '0001-01-01T00:00:00Z'],
    ['{{if .State.Health}}{{.State.Health.Status}}{{else}}none{{end}}', 'none'],
    ['{{.HostsPath}}{{.ResolvConfPath}}', ''],
    ['{{.Config.Cmd}} {{.Config.Entrypoint}} {{.Config.Volumes}} {{.Config.Labels}}', '[sh -c true] [] map[] map[]'],
    ['{{index .Config.Labels "none"}}|{{.Config.Healthcheck}}|{{len .Config.ExposedPorts}}', '|<nil>|0'],
    ['{{.HostConfig.Binds}} {{.HostConfig.CapAdd}} {{.HostConfig.Tmpfs}}', '[] [] map[]'],
    ['{{.HostConfig.PidsLimit}} {{.HostConfig.Memory}} {{.HostConfig.ShmSize}}', '<nil> 0 67108864'],
    ['{{.HostConfig.RestartPolicy}} {{.HostConfig.LogConfig.Type}}', '{no 0} json-file'],
    ['{{.NetworkSettings.IPAddress}}|{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}', '|none'],
    ['{{range $p, $to := .NetworkSettings.Ports}}{{(index $to 0).HostPort}}{{end}}', ''],
    ['{{.SizeRw}} {{len .Mounts}}', '<nil> 0'],
  ])('%s is %j', (template, text) => {
    expect(field(template)).toBe(text);
  });

  it('is null in JSON where Go has a slice or a map that was never made, and not there where docker leaves it out', () => {
    const { Config, HostConfig, ...all } = json();
    expect(Config).toMatchObject({ Entrypoint: null, Volumes: null, Labels: {} });
    expect(HostConfig).toMatchObject({ Binds: null, CapAdd: null, PortBindings: {}, Dns: [], PidsLimit: null });
    for (const name of ['ExposedPorts', 'Healthcheck', 'OnBuild', 'StopTimeout'])
      expect(Config).not.toHaveProperty(name);
    expect(HostConfig).not.toHaveProperty('Tmpfs');
    for (const name of ['ID', 'SizeRw', 'SizeRootFs']) expect(all).not.toHaveProperty(name);
    expect(all.State).not.toHaveProperty('Health');
  });
});

const PORT = { protocol: 'tcp', hostIp: '::1', firstHostPort: 8000, lastHostPort: 8001, containerPort: 80 } as const;

describe('what inspect says of what was asked for', () => {
  it('is a program that --entrypoint gave, with its arguments', () => {
    expect(json({ entrypoint: true })).toMatchObject({
      Path: 'sh',
      Args: ['-c', 'true'],
      Config: { Entrypoint: ['sh'], Cmd: ['-c', 'true'] },
    });
  });

  it('is who is attached: -i in the foreground has the standard input, until its client leaves', () => {
    const process = { ...CONFIG.process, interactive: true };
    const streams = '{{.Config.AttachStdin}} {{.Config.AttachStdout}} {{.Config.OpenStdin}} {{.Config.StdinOnce}}';
    expect(field(streams, { process })).toBe('true true true true');
    expect(field(streams, { process, detached: true })).toBe('false false true false');
  });

  it('is --cpus in billionths, and not as the quota that it becomes', () => {
    const cpus = '{{.HostConfig.NanoCpus}} {{.HostConfig.CpuQuota}}';
    expect(field(cpus, { resources: { nanoCpus: 1_500_000_000 } })).toBe('1500000000 0');
    expect(field(cpus, { resources: { cpuQuota: 5000 } })).toBe('0 5000');
  });

  it('is each label, and nothing for one that it has not', () => {
    const labels = { 'com.example.role': 'db', a: '1' };
    expect(field('{{index .Config.Labels "com.example.role"}} {{.Config.Labels}}', { labels })).toBe(
      'db map[a:1 com.example.role:db]',
    );
    expect(field('{{.Config.Labels.a}} {{.Config.Labels.none}}', { labels })).toBe('1 <no value>');
  });

  it('is the log driver with its options', () => {
    const log = { driver: 'json-file', options: { 'max-size': '1m' } } as const;
    expect(field('{{.HostConfig.LogConfig}} {{.LogPath}}', { log })).toBe('{json-file map[max-size:1m]} /c/stdout.log');
    expect(field('{{.LogPath}}', { log: { driver: 'none', options: {} } })).toBe('');
  });

  it('is each mount, with the names of volumes for those that have one', () => {
    const mounts = '{{range .Mounts}}{{.Type}} {{.Name}} {{.Source}} {{.Destination}} {{.RW}} {{.Propagation}};{{end}}';
    expect(field(mounts, { mounts: MOUNTS })).toBe(
      'bind  /a /b false rslave;volume data /v/data /d true ;volume f00 /v/f00 /e true ;tmpfs   /t true ;',
    );
    const { Config, HostConfig, Mounts } = json({ mounts: MOUNTS });
    expect(HostConfig).toMatchObject({ Binds: ['/a:/b:ro,rslave', 'data:/d'], Tmpfs: { '/t': 'size=1m' } });
    expect(Config.Volumes).toEqual({ '/e': {} });
    expect(Mounts[0]).not.toHaveProperty('Name');
    expect(Mounts[1]).toMatchObject({ Name: 'data', Driver: 'local' });
  });

  it('is each port, by name: as asked for, and as it is while the container runs', () => {
    const ports = { network: 'net', publish: [PORT], expose: [{ protocol: 'udp', containerPort: 53 }] } as const;
    const { Config, HostConfig, NetworkSettings } = json(ports, {
      status: 'running',
      ports: [{ protocol: 'tcp', hostIp: '::1', hostPort: 8001, containerPort: 80 }],
    });
    expect(Config.ExposedPorts).toEqual({ '53/udp': {}, '80/tcp': {} });
    expect(HostConfig).toMatchObject({
      PortBindings: { '80/tcp': [{ HostIp: '::1', HostPort: '8000-8001' }] },
      PublishAllPorts: false,
    });
    expect(NetworkSettings.Ports).toEqual({ '53/udp': null, '80/tcp': [{ HostIp: '::1', HostPort: '8001' }] });
    expect(json(ports).NetworkSettings.Ports).toEqual({});
    const bound = '{{(index (index .HostConfig.PortBindings "80/tcp") 0).HostPort}}{{.HostConfig.PublishAllPorts}}';
    const any = { ...PORT, firstHostPort: 0, lastHostPort: 0 };
    expect(field(bound, { publish: [any], publishAll: true })).toBe('true');
  });

  it('is that a container which is about to be restarted runs, as with docker', () => {
    const failed = { status: 'exited', exitCode: 1, finishedAt: CONFIG.created } as const;
    const restart = { name: 'on-failure' } as const;
    const state = '{{.State.Status}} {{.State.Running}} {{.State.Restarting}} {{.State.ExitCode}}';
    expect(field(state, { restart, detached: true }, failed)).toBe('restarting true true 1');
    expect(field(state, {}, failed)).toBe('exited false false 1');
  });
});
