import { describe, expect, it } from 'vitest';
import { DEFAULT_SPEC } from '../../../src/oci/defaults.js';
import { specProblems, validateSpec } from '../../../src/oci/validate.js';
import { set } from './set.js';

const MAPPINGS = [{ containerID: 0, hostID: 100000, size: 65536 }];
const NOFILE = { type: 'RLIMIT_NOFILE', soft: 1024, hard: 2n ** 64n - 1n };

/** A field, what it is set to, and what is said of it. */
const WRONG: readonly [field: string, value: unknown, ...problems: string[]][] = [
  ['ociVersion', '2.0.0', 'ociVersion is "2.0.0", not a version 1.x of the specification, such as 1.2.0'],
  ['ociVersion', '1.2', 'ociVersion is "1.2", not a version 1.x of the specification, such as 1.2.0'],
  ['root.path', '', 'root.path is "", not the path of a directory'],
  ['process.args', [], 'process.args is [], not a program and its arguments'],
  ['process.cwd', 'tmp', 'process.cwd is "tmp", not an absolute path'],
  ['process.env', ['A=', 'B', '=C'], 'process.env[1] is "B", not NAME=value', 'process.env[2] is "=C", not NAME=value'],
  [
    'process.capabilities.ambient',
    ['CAP_KILL', 'KILL'],
    'process.capabilities.ambient[1] is "KILL", not a capability of capabilities(7), such as CAP_CHOWN',
  ],
  [
    'process.rlimits',
    [{ ...NOFILE, soft: NOFILE.hard, hard: 4096 }],
    'process.rlimits[0].soft is 18446744073709551615, not at most 4096, the hard limit',
  ],
  [
    'process.rlimits',
    [NOFILE, { ...NOFILE, type: 'RLIMIT_CPU' }, NOFILE],
    'process.rlimits[2].type is "RLIMIT_NOFILE", not another than that of process.rlimits[0]',
  ],
  ['mounts[0].destination', 'proc', 'mounts[0].destination is "proc", not an absolute path'],
  ['mounts', [{ destination: '/a', type: 'bind' }], 'mounts[0].source is missing, not the path of what is bound'],
  [
    'mounts',
    [{ destination: '/a', options: ['rbind'], source: '' }],
    'mounts[0].source is "", not the path of what is bound',
  ],
  ['mounts[1].uidMappings', MAPPINGS, 'mounts[1].gidMappings is missing, not there where uidMappings are'],
  [
    'linux.namespaces[5]',
    { type: 'pid', path: 'proc/1/ns/pid' },
    'linux.namespaces[5].path is "proc/1/ns/pid", not an absolute path',
    'linux.namespaces[5].type is "pid", not another than that of linux.namespaces[3]',
  ],
  [
    'linux.namespaces[5]',
    { type: 'user' },
    'linux.uidMappings is missing, not a list of the ids that a new user namespace has',
    'linux.gidMappings is missing, not a list of the ids that a new user namespace has',
  ],
  [
    'linux.gidMappings',
    MAPPINGS,
    'linux.gidMappings is [{"containerID":0,"hostID":100000,"size":65536}], not possible without "user" in linux.namespaces',
  ],
  [
    'linux.timeOffsets',
    { boottime: { secs: 1 } },
    'linux.timeOffsets is {"boottime":{"secs":1}}, not possible without a new "time" in linux.namespaces',
  ],
  [
    'linux.sysctl["vm.swappiness"]',
    '1',
    'linux.sysctl["vm.swappiness"] is "1", not a setting of a namespace: this one is of the whole machine',
  ],
  [
    'linux.devices',
    [{ type: 'c', path: 'dev/x', major: 1, minor: 3 }],
    'linux.devices[0].path is "dev/x", not an absolute path',
  ],
  [
    'linux.devices',
    [{ type: 'b', path: '/dev/x', major: 8 }],
    'linux.devices[0].minor is missing, not a number, as every device but a FIFO has',
  ],
  [
    'linux.devices',
    [{ type: 'u', path: '/dev/x', minor: 8 }],
    'linux.devices[0].major is missing, not a number, as every device but a FIFO has',
  ],
  ['linux.maskedPaths', ['/a', 'b'], 'linux.maskedPaths[1] is "b", not an absolute path'],
  ['linux.readonlyPaths', ['../b'], 'linux.readonlyPaths[0] is "../b", not an absolute path'],
  ['hooks.poststop', [{ path: 'true' }], 'hooks.poststop[0].path is "true", not an absolute path'],
  ['annotations', { '': 'x' }, 'annotations: a key is "", not a name'],
];

/** Fields that are right where a namespace is there, and what is said where it is not. */
const IN_NAMESPACE: readonly [type: string, field: string][] = [
  ['uts', 'hostname'],
  ['uts', 'domainname'],
  ['uts', 'linux.sysctl["kernel.domainname"]'],
  ['network', 'linux.sysctl["net/ipv4/ip_forward"]'],
  ['ipc', 'linux.sysctl["kernel.shmmax"]'],
  ['ipc', 'linux.sysctl["fs.mqueue.msg_max"]'],
];

describe('a spec', () => {
  it('is right as it is by default', () => {
    expect(specProblems(DEFAULT_SPEC)).toEqual([]);
  });

  it.each(WRONG)('is refused where %s is not as it should be (%#)', (field, value, ...problems) => {
    expect(specProblems(set(DEFAULT_SPEC, field, value))).toEqual(problems);
  });

  it.each(IN_NAMESPACE)('needs "%s" in its namespaces for %s', (type, field) => {
    const spec = set(DEFAULT_SPEC, field, '1');
    expect(specProblems(spec)).toEqual([]);
    const others = DEFAULT_SPEC.linux.namespaces?.filter((one) => one.type !== type);
    const problem = `${field} is "1", not possible without "${type}" in linux.namespaces`;
    expect(specProblems(set(spec, 'linux.namespaces', others))).toEqual([problem]);
    expect(specProblems(set(spec, 'linux.namespaces', undefined))).toEqual([problem]);
  });

  it.each<[string, Record<string, unknown>]>([
    [
      'ids in a new user namespace',
      { 'linux.namespaces[5]': { type: 'user' }, 'linux.uidMappings': MAPPINGS, 'linux.gidMappings': MAPPINGS },
    ],
    ['those of a user namespace that it joins', { 'linux.namespaces[5]': { type: 'user', path: '/proc/1/ns/user' } }],
    ['another clock in a new time namespace', { 'linux.namespaces[5]': { type: 'time' }, 'linux.timeOffsets': {} }],
    [
      'a bind mount with ids of its own',
      {
        'mounts[7]': {
          destination: '/a',
          type: 'none',
          source: 'a',
          options: ['bind'],
          uidMappings: MAPPINGS,
          gidMappings: MAPPINGS,
        },
      },
    ],
    ['no namespaces', { 'linux.namespaces': undefined }],
    ['annotations', { annotations: { 'org.example.key': '' } }],
    ['a FIFO', { 'linux.devices': [{ type: 'p', path: '/fifo' }] }],
    ['limits', { 'process.rlimits': [NOFILE, { type: 'RLIMIT_CORE', soft: 0, hard: 0 }] }],
    ['a version to come', { ociVersion: '1.13.0-rc.1+x' }],
  ])('may have %s', (_, fields) => {
    const spec = Object.entries(fields).reduce((value, [field, one]) => set(value, field, one), DEFAULT_SPEC);
    expect(specProblems(spec)).toEqual([]);
  });
});

describe('validateSpec', () => {
  it('tells all that is wrong, and the file', () => {
    const spec = set(set(DEFAULT_SPEC, 'process.cwd', ''), 'process.args', []);
    const message =
      'b/config.json: process.args is [], not a program and its arguments; process.cwd is "", not an absolute path';
    expect(() => validateSpec(spec, 'b/config.json')).toThrow(expect.objectContaining({ message, status: 2 }));
    validateSpec(DEFAULT_SPEC);
  });
});
