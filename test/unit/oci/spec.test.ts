import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { UserError } from '../../../src/kernel/errors/user-error.js';
import { readSpec, readSpecFile } from '../../../src/oci/config-json.js';
import { formatJson, parseJson } from '../../../src/oci/json.js';
import { needs } from '../../support/needs.js';
import { everyField, schemaErrors } from './schema.js';
import { set } from './set.js';

/** Fields of versions 1.1 and 1.2. */
const NEWER = {
  'process.scheduler': {
    policy: 'SCHED_DEADLINE',
    nice: -20,
    priority: 1,
    flags: ['SCHED_FLAG_RECLAIM'],
    runtime: 1,
    deadline: 2,
    period: 2n ** 64n - 1n,
  },
  'process.execCPUAffinity': { initial: '0', final: '0-3,7' },
  'process.ioPriority': { class: 'IOPRIO_CLASS_BE', priority: 4 },
  'linux.namespaces': [{ type: 'time' }],
  'linux.timeOffsets': { monotonic: { secs: -(2n ** 63n), nanosecs: 1 }, boottime: { secs: 5 } },
};

const MINIMAL = { ociVersion: '1.2.0', root: { path: 'rootfs' }, process: { args: ['sh'], cwd: '/' } };

describe('a number of config.json', () => {
  const around = [2n ** 53n, 10n ** 15n, 10n ** 16n, 2n ** 63n, 2n ** 64n].flatMap((n) => [n - 2n, n - 1n, n, n + 1n]);

  it.each([...around, ...around.map((n) => -n), 0n, 7n])('%d keeps all its digits', (number) => {
    const text = `{"n":[${number}],"t":"${number}"}`;
    const value = parseJson(text) as { n: [number | bigint]; t: string };
    expect(BigInt(value.n[0])).toBe(number);
    expect(typeof value.n[0]).toBe(Number.isSafeInteger(Number(number)) ? 'number' : 'bigint');
    expect(value.t).toBe(`${number}`);
    expect(formatJson(value).replace(/\s/g, '')).toBe(text);
  });

  it('is found in numbers only: not in texts, keys, fractions or powers', () => {
    const text = String.raw`{"a\"12345678901234567890":"t","n":"n12345678901234567890","t\\":"\"n99999999999999999999\"","x":1.12345678901234567890,"y":12345678901234567890e1,"z":{"":[true,null,-0.5e-7]}}`;
    expect(parseJson(text)).toEqual(JSON.parse(text));
    expect(JSON.parse(formatJson(parseJson(text)))).toEqual(JSON.parse(text));
  });
});

describe('formatJson', () => {
  it('writes lines for people', () => {
    expect(formatJson({ hard: 2n ** 64n - 1n })).toBe('{\n  "hard": 18446744073709551615\n}\n');
  });
});

describe('readSpec', () => {
  it('gives a spec with what runtimes take for granted', () => {
    const process = { ...MINIMAL.process, user: { uid: 0, gid: 0 } };
    expect(readSpec(JSON.stringify(MINIMAL))).toStrictEqual({ ...MINIMAL, process, mounts: [], linux: {} });
  });

  it('leaves out what it does not know; null is not there', () => {
    const process = { ...MINIMAL.process, later: 1, rlimits: null };
    expect(readSpec(JSON.stringify({ ...MINIMAL, process, windows: {} })).process).toStrictEqual({
      ...MINIMAL.process,
      user: { uid: 0, gid: 0 },
    });
  });

  it('tells what a file is that is no JSON, and no object', () => {
    expect(() => readSpec('{"ociVersion": 1.2.0}', 'f')).toThrow(/^f is not JSON: .* position 18/);
    expect(() => readSpec('[18446744073709551615, x]', 'f')).toThrow(/^f is not JSON: .*09551615, x\]/);
    expect(() => readSpec('[018446744073709551615]', 'f')).toThrow(/^f is not JSON: .* position 2/);
    expect(() => readSpec('[18446744073709551615]', 'f')).toThrow(
      /^f: it is \["18446744073709551615"\], not an object/,
    );
  });
});

describe('readSpecFile', () => {
  it('reads what formatJson wrote, and names a file that it cannot read', () => {
    const path = join(temporary(), 'config.json');
    expect(() => readSpecFile(path)).toThrow(`no spec can be read: ENOENT: no such file or directory, open '${path}'`);
    mkdirSync(path);
    expect(() => readSpecFile(path)).toThrow(`no spec can be read: ${path} is not a regular file`);
    rmSync(path, { recursive: true });
    const spec = readSpec(JSON.stringify(MINIMAL));
    writeFileSync(path, formatJson(spec));
    expect(readSpecFile(path)).toStrictEqual(spec);
  });
});

describe('a config.json with every field', () => {
  beforeEach((test) => needs(test, 'the JSON schema of the OCI specification'));

  it('loses none that the official schema has for Linux', () => {
    const every = everyField();
    expect(parseJson(formatJson(readSpec(formatJson(every))))).toStrictEqual(every);
  });

  it('loses none of those that came after Debian took the schema', () => {
    const spec = complete();
    expect(parseJson(formatJson(readSpec(formatJson(spec))))).toStrictEqual(spec);
  });

  it('has nothing that the schema refuses when formatJson has written it; the schema is no rubber stamp', () => {
    expect(schemaErrors(formatJson(readSpec(formatJson(everyField()))))).toEqual([]);
    expect(schemaErrors(formatJson(set(everyField(), 'process.rlimits[0].hard', -1)))).toEqual([
      '/process/rlimits/0/hard must be >= 0',
    ]);
  });

  it.each<[string, string]>([
    ['process.rlimits[0].hard', '18446744073709551616, not a whole number from 0 to 18446744073709551615'],
    ['process.rlimits[0].soft', '-1, not a whole number from 0 to 18446744073709551615'],
    ['linux.resources.memory.limit', '1.5, not a whole number from -9223372036854775808 to 9223372036854775807'],
    ['linux.resources.cpu.period', '1e+30, not a whole number from 0 to 18446744073709551615'],
    ['linux.resources.cpu.shares', '"many", not a whole number from 0 to 18446744073709551615'],
    ['linux.uidMappings[0].size', '4294967296, not a whole number from 0 to 4294967295'],
    ['process.oomScoreAdj', '1001, not a whole number from -1000 to 1000'],
    ['process.scheduler.nice', '-2147483649, not a whole number from -2147483648 to 2147483647'],
    ['process.scheduler.priority', '2147483648, not a whole number from -2147483648 to 2147483647'],
    ['process.scheduler.policy', '"FIFO", not a policy such as SCHED_OTHER'],
    ['linux.resources.blockIO.weight', '-1, not a whole number from 0 to 65535'],
    ['linux.resources.blockIO.leafWeight', '65536, not a whole number from 0 to 65535'],
    ['process.user.uid', '-1, not a whole number from 0 to 4294967295'],
    ['hooks.poststop[0].timeout', '0, not a whole number, at least 1'],
    ['process.args', '"sh", not a list'],
    ['process.args[0]', 'null, not a text without NUL'],
    ['process.env[0]', '"A=\\u0000", not a text without NUL'],
    ['process.terminal', '"yes", not true or false'],
    ['linux', '[7], not an object'],
    ['linux.namespaces[0].type', '"net", not one of mount, pid, network, uts, ipc, user, cgroup, time'],
    ['linux.sysctl["net.ipv4.ip_forward"]', '1, not a text without NUL'],
    ['linux.devices[0].type', '"x", not one of c, b, u, p'],
    ['linux.resources.devices[0].access', '"rx", not letters of rwm'],
    ['linux.resources.hugepageLimits[0].pageSize', '"2 MB", not a size such as 2MB'],
    ['linux.seccomp.architectures[0]', '"amd64", not an architecture such as SCMP_ARCH_X86_64'],
    ['process.scheduler', '7, not an object'],
    [
      'linux.seccomp.flags[0]',
      '"LOG", not one of SECCOMP_FILTER_FLAG_LOG, SECCOMP_FILTER_FLAG_SPEC_ALLOW, SECCOMP_FILTER_FLAG_TSYNC, SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
    ],
  ])('refuses %s that is %s', (field, told) => {
    const value = told.slice(0, told.indexOf(', not'));
    const error = refused(set(complete(), field, parseJson(value)));
    expect(error.message).toBe(`b/config.json: ${field} is ${told}`);
    expect(error).toMatchObject({ status: 2, remedy: expect.stringContaining('config.md') });
  });

  it('has architectures with an underscore in their names', () => {
    const value = set(complete(), 'linux.seccomp.architectures[0]', 'SCMP_ARCH_X86_64');
    expect(readSpec(formatJson(value)).linux.seccomp?.architectures?.[0]).toBe('SCMP_ARCH_X86_64');
  });

  it.each(['ociVersion', 'root.path', 'process', 'process.cwd', 'linux.seccomp.defaultAction'])(
    'refuses a spec where %s is missing',
    (field) => {
      expect(refused(set(complete(), field, undefined)).message).toMatch(`b/config.json: ${field} is missing, not `);
    },
  );

  function complete(): object {
    return Object.entries(NEWER).reduce((value, [field, one]) => set(value, field, one), everyField());
  }

  function refused(value: unknown): UserError {
    try {
      readSpec(formatJson(value), 'b/config.json');
    } catch (error) {
      return error as UserError;
    }
    throw new Error('it was accepted');
  }
});

describe.each(['runc', 'crun'] as const)('%s', (runtime) => {
  beforeEach((test) => needs(test, runtime));

  it.each([{ options: [] }, { options: ['--rootless'] }])(
    'writes a spec that stays what it is: $options',
    ({ options }) => {
      const directory = temporary();
      execFileSync(runtime, ['spec', ...options], { cwd: directory });
      const text = readFileSync(join(directory, 'config.json'), 'utf8');
      expect(JSON.parse(formatJson(readSpec(text)))).toStrictEqual(JSON.parse(text));
    },
  );
});

function temporary(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tslab-oci-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}
