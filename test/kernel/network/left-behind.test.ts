import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultNetwork } from '../../../src/network/create.js';
import { releaseUnused } from '../../../src/network/detach.js';
import { allEndpoints, endpointsOf } from '../../../src/network/endpoint.js';
import { directoryOf } from '../../../src/network/store.js';
import { unusedNetworks } from '../../../src/network/unused.js';
import { tslab } from '../tslab.js';
import { Outside, Plugged, sh, useOwnHost, wanted } from './support.js';

useOwnHost();

const FIXTURE = fileURLToPath(new URL('../fixtures/plugged.mjs', import.meta.url));

let outside: Outside;
beforeAll(() => {
  outside = new Outside();
});
afterAll(() => outside.end());

/** What is on this host, and in the state directory, because of networks. */
function traces(): string[] {
  const links = sh('ip -br link')
    .split('\n')
    .map((line) => line.split(/[ @]/)[0] as string);
  const forwarding = readFileSync('/proc/sys/net/ipv4/conf/up0/forwarding', 'utf8').trim();
  return [
    ...links.filter((name) => name.startsWith('ts')),
    ...sh('nft list tables').split('\n').filter(Boolean),
    ...(forwarding === '1' ? ['up0 forwards'] : []),
    ...allEndpoints(defaultNetwork()).map(({ address }) => address),
    ...readdirSync(directoryOf('bridge')).filter((name) => !['network.json', 'addresses'].includes(name)),
  ];
}

describe('processes that are killed', () => {
  it('behind anything that they send to the kernel leave nothing that a sweep does not find', async () => {
    for (let number = 1; ; number++) {
      const { signal, stdout, stderr } = spawnSync(process.execPath, [FIXTURE, 'diesBehindSending', `${number}`], {
        encoding: 'utf8',
      });
      if (signal === null) {
        expect([Number(stdout), stderr]).toEqual([number - 1, '']);
        expect(number).toBeGreaterThan(10);
        break;
      }
      await expect
        .poll(() => {
          unusedNetworks().forEach(releaseUnused);
          return { number, traces: traces() };
        })
        .toEqual({ number, traces: [] });
    }
  });

  it('are told of by the next command, which removes what they left', async () => {
    const { stdout } = spawnSync(process.execPath, [FIXTURE, 'diesBehindSending', '1000'], { encoding: 'utf8' });
    spawnSync(process.execPath, [FIXTURE, 'diesBehindSending', `${Number(stdout) - 3}`]);
    expect(traces()).toContain('tslab0');
    await expect.poll(() => unusedNetworks()).toEqual(['bridge']);
    expect(tslab(['ps']).stderr).toBe('tslab: removed what an earlier run left: network bridge\n');
    await expect.poll(traces).toEqual([]);
  });

  it('do not take with them what others are plugged into', async () => {
    const box = new Plugged(defaultNetwork(), wanted('box'));
    const before = traces();
    spawnSync(process.execPath, [FIXTURE, 'diesBehindSending', '10']);
    await expect
      .poll(() => {
        unusedNetworks().forEach(releaseUnused);
        return traces();
      })
      .toEqual(before);
    await box.end();
    await expect.poll(traces).toEqual([]);
  });
});

describe('twenty processes', () => {
  it('take twenty addresses at once, and give them back by their end', async () => {
    const all = Array.from({ length: 20 }, () => takesAnAddress());
    const addresses = await Promise.all(all.map(({ stdout }) => firstLine(stdout)));
    expect(addresses).toHaveLength(20);
    expect(new Set(addresses)).toEqual(new Set(Array.from({ length: 20 }, (_, n) => `172.30.0.${n + 2}`)));
    expect(endpointsOf(defaultNetwork())).toHaveLength(20);
    for (const one of all) one.stdin.end();
    await Promise.all(all.map((one) => new Promise((resolve) => one.once('close', resolve))));
    expect(endpointsOf(defaultNetwork())).toEqual([]);
  });
});

function takesAnAddress() {
  return spawn(process.execPath, [FIXTURE, 'takesAnAddress'], { stdio: ['pipe', 'pipe', 'inherit'] });
}

function firstLine(from: Readable): Promise<string> {
  return new Promise((resolve) => from.once('data', (data: Buffer) => resolve(data.toString().trim())));
}
