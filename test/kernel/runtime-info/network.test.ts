import { afterEach, describe, expect, it } from 'vitest';
import { defaultNetwork } from '../../../src/network/create.js';
import { jsonLines, tslab } from '../tslab.js';
import { output, useOwnState } from './containers.js';

useOwnState();

/** The words of a command line of tslab. */
const tell = (line: string) => output(...line.split(' '));
/** What it says where it is refused, without the remedy; all remedies are there. */
function refusal(line: string): string {
  const { status, stderr } = tslab(line.split(' '));
  const [message = '', remedy] = stderr.trim().split('\n');
  expect([status, remedy]).toEqual([1, expect.any(String)]);
  return message.replace('Error: ', '');
}

afterEach(() => {
  tell('network prune -f');
});

describe('tslab network', () => {
  it('makes, lists and removes networks; three are always there', () => {
    const id = tell('network create web').trim();
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    const rows = tell('network ls').split('\n');
    expect(rows.map((row) => row.split(/ {2,}/).slice(1).join(' '))).toEqual([
      ...['NAME DRIVER SCOPE', 'bridge bridge local', 'host host local', 'none null local', 'web bridge local', ''],
    ]);
    expect(rows[0]).toMatch(/^NETWORK ID {5}NAME {6}DRIVER {4}SCOPE$/);
    expect(tell('network ls -q').split('\n')).toContain(id.slice(0, 12));
    expect(tell('network ls -q --no-trunc').split('\n')).toContain(id);
    expect(jsonLines(tell('network ls --format json -f name=web'))).toMatchObject([
      { Driver: 'bridge', ID: id.slice(0, 12), IPv4: 'true', IPv6: 'false', Internal: 'false', Name: 'web' },
    ]);
    expect(tell(`network rm ${id.slice(0, 6)}`)).toBe(`${id.slice(0, 6)}\n`);
    expect(tell('network rm --force web')).toBe('');
    expect(tell('network ls -f type=custom')).toBe('NETWORK ID   NAME      DRIVER    SCOPE\n');
  });

  it('shows what is asked for, and what was chosen', () => {
    tell('network create --driver bridge --subnet 10.7.0.0/24 --gateway 10.7.0.9 --ip-range 10.7.0.128/25 one');
    tell('network create --internal --ipv6 --label tier=back -o com.docker.network.driver.mtu=1400 two');
    tell('network create --opt com.docker.network.bridge.name=br-three --subnet 10.8.0.0/24 three');
    expect(JSON.parse(tell('network inspect one two --verbose'))).toMatchObject([
      {
        ...{ Name: 'one', Scope: 'local', Driver: 'bridge', EnableIPv4: true, EnableIPv6: false, Internal: false },
        IPAM: {
          Driver: 'default',
          Config: [{ Subnet: '10.7.0.0/24', IPRange: '10.7.0.128/25', Gateway: '10.7.0.9' }],
        },
        ...{ Containers: {}, Options: {}, Labels: {} },
      },
      {
        ...{ Name: 'two', EnableIPv6: true, Internal: true, Labels: { tier: 'back' } },
        IPAM: { Config: [{}, { Subnet: expect.stringMatching(/^fd[0-9a-f:]+::\/64$/) }] },
        Options: { 'com.docker.network.driver.mtu': '1400' },
      },
    ]);
    expect(tell('network inspect -f {{.Name}}{{range.IPAM.Config}}={{.Subnet}}{{end}} one')).toBe('one=10.7.0.0/24\n');
    expect(tell('inspect --type network -f {{.Driver}} none')).toBe('null\n');
    expect(JSON.parse(tell('inspect three'))).toMatchObject([{ Name: 'three' }]);
    expect(tslab(['network', 'inspect', 'four'])).toMatchObject({ status: 1, stdout: '[]\n' });
  });

  it('finds networks by filters', () => {
    tell('network create --label tier=back --label empty data');
    const names = (filters: string) =>
      output('network', 'ls', '--format', '{{.Name}}', ...filters.split(' ')).split('\n');
    expect(names('-f name=da')).toEqual(['data', '']);
    expect(names('-f driver=null -f driver=host')).toEqual(['host', 'none', '']);
    expect(names('-f label=tier=back -f label=empty')).toEqual(['data', '']);
    expect(names('-f type=builtin')).toEqual(['bridge', 'host', 'none', '']);
    expect(names('-f dangling=true')).toEqual(['data', '']);
    expect(names('-f scope=swarm')).toEqual(['']);
    expect(names(`-f id=${defaultNetwork().id.slice(0, 9)}`)).toEqual(['bridge', '']);
    expect(refusal('network ls -f type=x')).toBe("invalid filter 'type=x'");
    expect(refusal('network ls -f size=1')).toBe(`invalid filter 'size' in "--filter size=1"`);
  });

  it('removes those that no container is in, and that are wanted', () => {
    for (const name of ['one', 'two']) tell(`network create --label is=${name} ${name}`);
    expect(tell('network prune -f --filter label!=is=two')).toBe('Deleted Networks:\none\n\n');
    expect(tell('network prune --force --filter until=1h')).toBe('');
    expect(tslab(['network', 'prune']).stderr).toContain('WARNING! This will remove all custom networks');
    expect(tell('network ls -qf name=two')).not.toBe('');
    expect(tell('network prune -f')).toBe('Deleted Networks:\ntwo\n\n');
  });

  it('tells what happens to them', () => {
    const since = new Date().toISOString();
    const id = tell('network create told').trim();
    tell('network rm told');
    const events = jsonLines(
      output('events', '--since', since, '--until', '0s', '-f', 'network=told', '--format', 'json'),
    );
    const Actor = { ID: id, Attributes: { name: 'told', type: 'bridge' } };
    expect(events).toMatchObject(['create', 'destroy'].map((Action) => ({ Type: 'network', Action, Actor })));
  });

  it('says what is wrong with a name', () => {
    const predefined = (name: string) => `operation is not permitted on predefined ${name} network`;
    for (const name of ['bridge', 'host', 'none', 'default']) {
      expect(refusal(`network create ${name}`)).toBe(predefined(name));
    }
    for (const name of ['bridge', 'host', 'none']) {
      expect(refusal(`network rm ${name}`)).toBe(`${name} is a pre-defined network and cannot be removed`);
    }
    tell('network create web');
    expect(refusal('network create web')).toBe('network with name web already exists');
    expect(tslab(['network', 'create', 'x'.repeat(200)]).stderr).toMatch(
      /^Error: "x{200}" is not a name for a network/,
    );
    expect(tslab(['network', 'create', '../x']).stderr).toMatch(/^Error: "\.\.\/x" is not a name for a network/);
    expect(tslab(['network', 'rm', 'wep'])).toMatchObject({
      status: 1,
      stderr: 'Error: network wep not found\nDid you mean web? tslab network ls lists all networks.\n',
    });
  });

  it('says what is wrong with an option', () => {
    tell('network create --subnet 10.7.0.0/24 data');
    const overlap = 'invalid pool request: Pool overlaps with other one on this address space: 10.7.0.0/16 meets';
    expect(refusal('network create --subnet 10.7.0.0/16 x')).toBe(`${overlap} 10.7.0.0/24 of the network data`);
    expect(refusal('network create --subnet fd00::/64 x')).toMatch(/IPv6 is not enabled, and fd00::\/64 is of IPv6$/);
    expect(refusal('network create --subnet 10.1.0.0/24 --subnet 10.2.0.0/24 x')).toMatch(
      /^bad parameter: multiple values/,
    );
    expect(refusal('network create -d overlay x')).toMatch(/^could not find plugin overlay in v1 plugin registry/);
    expect(refusal('network create -o com.docker.network.bridge.name=lo x')).toMatch(/the link lo already$/);
    expect(refusal('network create -o com.docker.network.bridge.name=a/b x')).toMatch(/"a\/b" is no name of a link$/);
    expect(refusal('network create -o com.docker.network.driver.mtu=9 x')).toMatch(/invalid value "9"$/);
    expect(refusal('network create -o speed=9 x')).toBe('-o speed: unknown option');
  });
});
