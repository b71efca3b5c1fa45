import { describe, expect, it } from 'vitest';
import { expectedOn, FIREWALLS, OUTSIDE } from '../kernel/network/paths.js';
import { ADDRESS, nameOf } from './network.js';
import { run } from './run.js';

describe('a network that somebody made, on Linux 6.1', () => {
  it('is made, with its id', () => {
    expect(run('network.create')).toEqual({ status: 0, output: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
  });

  it('has names of containers, and what else they are called', () => {
    expect(run('network.names').output).toMatch(/^(.* 1 packets received.*\n){2}$/);
  });

  it('can be shared, entered and looked at', () => {
    expect(run('network.shared')).toEqual({
      status: 0,
      output: expect.stringMatching(/ eth0 +inet 10\.201\.0\.2\/24 /),
    });
    expect(run('network.enter')).toEqual({ status: 0, output: 'eth0\nlo\n' });
    expect(run('network.ns')).toEqual({
      status: 0,
      output: expect.stringMatching(/^net +\d+ +1 +user \d+, uid 0 +its own$/m),
    });
  });

  it('stays as long as somebody is in it', () => {
    expect(run('network.used')).toEqual({
      status: 1,
      output: expect.stringContaining('network front has active endpoints'),
    });
    expect(run('network.rm')).toEqual({ status: 0, output: 'db\nfront\n' });
  });
});

describe.each(Object.keys(FIREWALLS))('with %s and br_netfilter, a published port', (firewall) => {
  const result = (part: string) => run(`network.${nameOf(firewall)}.${part}`);

  it('is reached from everywhere it is to be', () => {
    expect(result('made').status).toBe(0);
    expect(seen(result('paths').output)).toEqual(expectedOn(firewall, 1));
  });
});

describe('a container of the default network', () => {
  it('has a published port, which port tells', () => {
    expect(run('network.port').output).toBe('80/tcp -> 0.0.0.0:8080\n80/tcp -> [::]:8080\n');
  });

  it('is seen outside by the address of the host', () => {
    expect(run('network.outwards').output).toBe('container → outside: you are 203.0.113.1\n');
  });

  it('has its table again after nft flush ruleset, at the next start', () => {
    expect(run('network.flushed').output).toContain(`8080 : ${ADDRESS.container} . 80`);
  });

  it('leaves nothing: no link, no table, no forwarding', () => {
    expect(run('network.left')).toEqual({ status: 0, output: 'container\nother\neth0\neth1\nlo\nup0\n0\n' });
  });
});

/** Whom the container saw on each path. */
function seen(output: string): Record<string, string> {
  const names = Object.entries({ ...ADDRESS, outside: OUTSIDE.ipv4 });
  const whose = (address: string) => names.find(([, known]) => known === address)?.[0] ?? address;
  const answers = output
    .trim()
    .split('\n')
    .map((line) => line.split(/: (.*)/) as [string, string]);
  return Object.fromEntries(answers.map(([path, answer]) => [path, inWords(answer, whose)]));
}

function inWords(answer: string, whose: (address: string) => string): string {
  return /timed out/.test(answer) ? 'no answer' : whose(answer.replace('you are ', ''));
}
