import { describe, expect, it } from 'vitest';
import { parsePorts } from '../../../../src/docker/options/network/ports.js';
import { ledPorts, type PortRequest, requestedPorts } from '../../../../src/network/ports/published.js';

/** What -p makes of a value: `tcp 127.0.0.1 8080-8080 80`. */
function published(...values: string[]): string[] {
  const inWords = ({ protocol, hostIp, firstHostPort, lastHostPort, containerPort }: PortRequest) =>
    `${protocol} ${hostIp || 'all'} ${firstHostPort}-${lastHostPort} ${containerPort}`;
  return (parsePorts({ publish: values }, {}).publish ?? []).map(inWords);
}

describe('-p', () => {
  it.each([
    ['80', ['tcp all 0-0 80']],
    ['8080:80', ['tcp all 8080-8080 80']],
    ['8080:80/tcp', ['tcp all 8080-8080 80']],
    ['53:53/UDP', ['udp all 53-53 53']],
    ['0:80', ['tcp all 0-0 80']],
    [':80', ['tcp all 0-0 80']],
    ['80/', ['tcp all 0-0 80']],
    ['127.0.0.1:8080:80', ['tcp 127.0.0.1 8080-8080 80']],
    ['127.0.0.1::80', ['tcp 127.0.0.1 0-0 80']],
    ['127.0.0.1:0:80/udp', ['udp 127.0.0.1 0-0 80']],
    ['[::1]:8080:80', ['tcp ::1 8080-8080 80']],
    ['::1:8080:80', ['tcp ::1 8080-8080 80']],
    ['[fd00:30::1]::80', ['tcp fd00:30::1 0-0 80']],
    ['8000-8010:80', ['tcp all 8000-8010 80']],
    ['80-81', ['tcp all 0-0 80', 'tcp all 0-0 81']],
    ['65534-65535:1-2', ['tcp all 65534-65534 1', 'tcp all 65535-65535 2']],
    ['[::1]:8000-8001:80-81/udp', ['udp ::1 8000-8000 80', 'udp ::1 8001-8001 81']],
    ['target=80', ['tcp all 0-0 80']],
    ['target=80,published=8080', ['tcp all 8080-8080 80']],
    ['mode=host,protocol=udp,published=8000-8001,target=80-81', ['udp all 8000-8000 80', 'udp all 8001-8001 81']],
    ['published=127.0.0.1:8080,target=80,mode=ingress', ['tcp 127.0.0.1 8080-8080 80']],
  ])('%s', (value, expected) => expect(published(value)).toEqual(expected));

  it.each([
    ['published=8080', "missing mandatory field 'target': published=8080"],
    ['target=80,8080', "invalid publish opts format (should be name=value but got '8080')"],
    ['target=80,=8080', "invalid publish opts format (should be name=value but got '=8080')"],
    ['target=80,host=127.0.0.1', 'invalid field key: host'],
    ['target=80,mode=swarm', 'invalid publish mode value (swarm)'],
    ['target=http', 'invalid containerPort: http'],
    ['target=80,protocol=sctp', 'invalid proto: sctp'],
  ])('refuses %j, and says what is allowed', (value, message) => {
    const refusal = { message, status: 2, remedy: expect.stringMatching(/Allowed|Such as/) };
    expect(() => published(value)).toThrow(expect.objectContaining(refusal));
  });

  it.each([
    ['', 'no port specified: <empty>'],
    ['8080:', 'no port specified: 8080:<empty>'],
    ['/tcp', 'no port specified: /tcp<empty>'],
    ['0', 'invalid containerPort: 0'],
    ['8080:0', 'invalid containerPort: 0'],
    ['8080:65536', 'invalid containerPort: 65536'],
    ['8080:http', 'invalid containerPort: http'],
    ['8080:-1', 'invalid containerPort: -1'],
    ['80:81-80', 'invalid containerPort: 81-80'],
    ['65536:80', 'invalid hostPort: 65536'],
    ['0-5:80', 'invalid hostPort: 0-5'],
    ['a:80', 'invalid hostPort: a'],
    ['8080:80:80', 'invalid IP address: 8080'],
    ['localhost:8080:80', 'invalid IP address: localhost'],
    ['[::1:8080:80', 'invalid IP address: [::1'],
    ['1.2.3:8080:80', 'invalid IP address: 1.2.3'],
    ['8000-8002:80-83', 'invalid ranges specified for container and host Ports: 80-83 and 8000-8002'],
    ['8000:80-83', 'invalid ranges specified for container and host Ports: 80-83 and 8000'],
    ['8080:80/sctp', 'invalid proto: sctp'],
    ['8080:80/tcp/udp', 'invalid proto: tcp/udp'],
  ])('refuses %j, and says what is allowed', (value, message) => {
    const refusal = { message, status: 2, remedy: expect.stringMatching(/Allowed|as many ports/) };
    expect(() => published(value)).toThrow(expect.objectContaining(refusal));
  });

  it.each([
    [['8080:80', '8080:81']],
    [['8080:80', '127.0.0.1:8080:80']],
    [['0.0.0.0:8080:80', '127.0.0.1:8080:80']],
    [['[::1]:8080:80', '[::]:8080:80']],
    [['8000-8003:80-83', '8002:1']],
  ])('refuses one port of the host twice: %j', (values) => {
    expect(() => published(...values)).toThrow(/^port 80\d\d\/tcp of the host is published twice$/);
  });

  it('takes one port for several protocols, addresses and containers’ ports', () => {
    expect(published('53:53', '53:53/udp')).toHaveLength(2);
    expect(published('127.0.0.1:80:80', '[::1]:80:80', '127.0.0.2:80:80')).toHaveLength(3);
    expect(published('0.0.0.0:80:80', '[::]:80:80', '80', '80')).toHaveLength(4);
  });
});

describe('--expose', () => {
  const exposed = (value: string) => parsePorts({ expose: [value] }, {}).expose;

  it('takes ports of the container', () => {
    expect(exposed('80')).toEqual([{ protocol: 'tcp', containerPort: 80 }]);
    expect(exposed('53-54/udp')).toEqual([
      { protocol: 'udp', containerPort: 53 },
      { protocol: 'udp', containerPort: 54 },
    ]);
  });

  it.each([
    ['8080:80', 'invalid port format for --expose: 8080:80'],
    ['', 'invalid range format for --expose: '],
    ['0', 'invalid range format for --expose: 0'],
    ['80/sctp', 'invalid proto: sctp'],
  ])('refuses %j', (value, message) => {
    expect(() => exposed(value)).toThrow(expect.objectContaining({ message, status: 2 }));
  });
});

describe('a container without ports', () => {
  it('has no field of them', () => expect(parsePorts({}, {})).toEqual({}));
});

describe('TSLAB_PUBLISH', () => {
  it('is proxy, or not set', () => {
    expect(parsePorts({}, { TSLAB_PUBLISH: 'proxy' })).toEqual({ proxyOnly: true });
    expect(parsePorts({}, { TSLAB_PUBLISH: '' })).toEqual({});
    expect(() => parsePorts({}, { TSLAB_PUBLISH: 'dnat' })).toThrow('TSLAB_PUBLISH is "dnat"');
  });

  it('leaves ports of all addresses to DNAT, or none', () => {
    const port = (hostIp: string) => ({ protocol: 'tcp', hostIp, hostPort: 80, containerPort: 80 }) as const;
    const all = ['', '0.0.0.0', '::', '127.0.0.1', '192.0.2.1'].map(port);
    expect(ledPorts({}, all)).toEqual([port(''), port('0.0.0.0')]);
    expect(ledPorts({ proxyOnly: true }, all)).toEqual([]);
  });
});

describe('-P', () => {
  it('asks for any port for each that is exposed and has none', () => {
    const asked = parsePorts({ publish: ['8080:80'], publishAll: true, expose: ['80', '53/udp'] }, {});
    const any = { hostIp: '', firstHostPort: 0, lastHostPort: 0 };
    const web = { protocol: 'tcp', hostIp: '', firstHostPort: 8080, lastHostPort: 8080, containerPort: 80 };
    expect(requestedPorts(asked)).toEqual([web, { protocol: 'udp', containerPort: 53, ...any }]);
    expect(requestedPorts({ ...asked, publishAll: false })).toEqual([web]);
  });
});
