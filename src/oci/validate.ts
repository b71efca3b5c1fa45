/**
 * Rules of the specification that the types of its fields do not say (config.md, config-linux.md): what fields mean for each other, and
 * what the kernel would refuse, or do to the whole machine.
 */
import { UserError } from '../kernel/errors/user-error.js';
import { Misfit } from '../kernel/parser.js';
import { CAPABILITIES } from './capabilities.js';
import { REMEDY } from './config-json.js';
import type { Namespace } from './linux.js';
import type { Mount, Spec } from './spec.js';

/** That a field is what it should be. */
interface Claim {
  readonly at: string;
  readonly value: unknown;
  readonly wanted: string;
  readonly holds: boolean;
}

const RULES: readonly ((spec: Spec) => Claim[])[] = [
  versionAndRoot,
  program,
  capabilities,
  rlimits,
  mounts,
  namespaces,
  names,
  idMappings,
  timeOffsets,
  sysctls,
  devices,
  hiddenPaths,
  hooks,
  annotations,
];

/** Throws UserError (2), which tells all that is wrong: field, value, and what is allowed. */
export function validateSpec(spec: Spec, file = 'config.json'): void {
  const problems = specProblems(spec);
  if (problems.length > 0) throw new UserError(`${file}: ${problems.join('; ')}`, 2, REMEDY);
}

/** What is wrong with a spec, a sentence each. */
export function specProblems(spec: Spec): string[] {
  const broken = RULES.flatMap((rule) => rule(spec)).filter(({ holds }) => !holds);
  return broken.map(({ at, value, wanted }) => new Misfit(at, value, wanted).message);
}

function versionAndRoot({ ociVersion, root }: Spec): Claim[] {
  const isOne = /^1\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/.test(ociVersion);
  return [
    { at: 'ociVersion', value: ociVersion, wanted: 'a version 1.x of the specification, such as 1.2.0', holds: isOne },
    { at: 'root.path', value: root.path, wanted: 'the path of a directory', holds: root.path !== '' },
  ];
}

function program({ process: { args, cwd, env = [] } }: Spec): Claim[] {
  return [
    { at: 'process.args', value: args, wanted: 'a program and its arguments', holds: args.length > 0 },
    absolute('process.cwd', cwd),
    ...env.map((value, i) => ({ at: `process.env[${i}]`, value, wanted: 'NAME=value', holds: /^[^=]+=/.test(value) })),
  ];
}

function capabilities({ process }: Spec): Claim[] {
  return Object.entries(process.capabilities ?? {}).flatMap(([set, found]) =>
    found.map((value, i) => ({
      at: `process.capabilities.${set}[${i}]`,
      value,
      wanted: 'a capability of capabilities(7), such as CAP_CHOWN',
      holds: CAPABILITIES.includes(value),
    })),
  );
}

function rlimits({ process: { rlimits = [] } }: Spec): Claim[] {
  const softBelowHard = rlimits.map(({ soft, hard }, i) => ({
    at: `process.rlimits[${i}].soft`,
    value: soft,
    wanted: `at most ${hard}, the hard limit`,
    holds: soft <= hard,
  }));
  return [...softBelowHard, ...distinct('process.rlimits', rlimits)];
}

function mounts({ mounts }: Spec): Claim[] {
  return mounts.flatMap((mount, i) => {
    const { destination, source, uidMappings, gidMappings } = mount;
    const areBoth = (uidMappings === undefined) === (gidMappings === undefined);
    return [
      absolute(`mounts[${i}].destination`, destination),
      { at: `mounts[${i}].source`, value: source, wanted: 'the path of what is bound', holds: hasSource(mount) },
      { at: `mounts[${i}].gidMappings`, value: gidMappings, wanted: 'there where uidMappings are', holds: areBoth },
    ];
  });
}

function hasSource({ type, source, options = [] }: Mount): boolean {
  const isBind = type === 'bind' || options.includes('bind') || options.includes('rbind');
  return !isBind || Boolean(source);
}

function namespaces({ linux: { namespaces = [] } }: Spec): Claim[] {
  const paths = namespaces.flatMap(({ path }, i) => (path ? [absolute(`linux.namespaces[${i}].path`, path)] : []));
  return [...paths, ...distinct('linux.namespaces', namespaces)];
}

function names(spec: Spec): Claim[] {
  const given = (['hostname', 'domainname'] as const).filter((field) => spec[field] !== undefined);
  return given.map((field) => inNamespace(spec, 'uts', { at: field, value: spec[field] }));
}

function idMappings(spec: Spec): Claim[] {
  const isNew = spec.linux.namespaces?.some(({ type, path }) => type === 'user' && !path) ?? false;
  return (['uidMappings', 'gidMappings'] as const).map((field) => {
    const [at, value] = [`linux.${field}`, spec.linux[field]];
    if (value !== undefined) return inNamespace(spec, 'user', { at, value });
    return { at, value, wanted: 'a list of the ids that a new user namespace has', holds: !isNew };
  });
}

function timeOffsets({ linux: { timeOffsets: value, namespaces = [] } }: Spec): Claim[] {
  const isNew = namespaces.some(({ type, path }) => type === 'time' && !path);
  const wanted = 'possible without a new "time" in linux.namespaces';
  return [{ at: 'linux.timeOffsets', value, wanted, holds: value === undefined || isNew }];
}

/** The settings that each namespace has of its own (network_namespaces(7), ipc_namespaces(7), uts_namespaces(7)). */
const SYSCTLS = {
  network: /^net[./]/,
  ipc: /^(fs[./]mqueue[./].+|kernel[./](msg(max|mnb|mni)|sem|shm(all|max|mni|_rmid_forced)))$/,
  uts: /^kernel[./](hostname|domainname)$/,
};

function sysctls(spec: Spec): Claim[] {
  return Object.entries(spec.linux.sysctl ?? {}).map(([name, value]) => {
    const at = `linux.sysctl[${JSON.stringify(name)}]`;
    const type = (Object.keys(SYSCTLS) as (keyof typeof SYSCTLS)[]).find((one) => SYSCTLS[one].test(name));
    if (type) return inNamespace(spec, type, { at, value });
    return { at, value, wanted: 'a setting of a namespace: this one is of the whole machine', holds: false };
  });
}

function devices({ linux: { devices = [] } }: Spec): Claim[] {
  return devices.flatMap(({ type, path, major, minor }, i) => {
    const isFifo = type === 'p';
    const wanted = 'a number, as every device but a FIFO has';
    return [
      absolute(`linux.devices[${i}].path`, path),
      { at: `linux.devices[${i}].major`, value: major, wanted, holds: isFifo || major !== undefined },
      { at: `linux.devices[${i}].minor`, value: minor, wanted, holds: isFifo || minor !== undefined },
    ];
  });
}

function hiddenPaths({ linux: { maskedPaths = [], readonlyPaths = [] } }: Spec): Claim[] {
  return Object.entries({ maskedPaths, readonlyPaths }).flatMap(([field, paths]) =>
    paths.map((path, i) => absolute(`linux.${field}[${i}]`, path)),
  );
}

function hooks({ hooks = {} }: Spec): Claim[] {
  return Object.entries(hooks).flatMap(([moment, found]) =>
    found.map(({ path }, i) => absolute(`hooks.${moment}[${i}].path`, path)),
  );
}

function annotations({ annotations = {} }: Spec): Claim[] {
  return Object.keys(annotations).map((value) => ({
    at: 'annotations: a key',
    value,
    wanted: 'a name',
    holds: value !== '',
  }));
}

function absolute(at: string, value: string): Claim {
  return { at, value, wanted: 'an absolute path', holds: value.startsWith('/') };
}

/** What changes the whole machine where the container has no such namespace, new or joined. */
function inNamespace({ linux }: Spec, type: Namespace['type'], field: Pick<Claim, 'at' | 'value'>): Claim {
  const holds = linux.namespaces?.some((one) => one.type === type) ?? false;
  return { ...field, wanted: `possible without "${type}" in linux.namespaces`, holds };
}

/** One of each type. */
function distinct(at: string, items: readonly { readonly type: string }[]): Claim[] {
  return items.map(({ type }, i) => {
    const first = items.findIndex((item) => item.type === type);
    return { at: `${at}[${i}].type`, value: type, wanted: `another than that of ${at}[${first}]`, holds: first === i };
  });
}
