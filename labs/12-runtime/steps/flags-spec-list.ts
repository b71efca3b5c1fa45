import type { Spec } from '../../../src/oci/spec.js';
import type { Piece } from '../calls/pieces.js';
import { HOST_NAME, USER } from './setup.js';

/** What is asked for, the field of config.json that says it, and the calls that do it. */
interface Row {
  readonly asked: string;
  field(spec: Spec): string;
  calls(pieces: readonly Piece[]): string;
}

const ROWS: readonly Row[] = [
  {
    asked: 'always',
    field: ({ linux }) => `linux.namespaces: ${linux.namespaces?.length} kinds`,
    calls: () => 'clone, unshare',
  },
  { asked: 'always', field: mountsOf('/proc', '/sys'), calls: callsOf('mount-proc', 'mount-sys') },
  { asked: 'always', field: mountsOf('/dev', '/dev/pts'), calls: callsOf('mount-dev') },
  { asked: 'always', field: ({ linux }) => `linux.maskedPaths: ${linux.maskedPaths?.length}`, calls: callsOf('mask') },
  { asked: 'always', field: () => 'no field: that is CNI', calls: callsOf('network') },
  { asked: 'IMAGE', field: () => 'root.path', calls: callsOf('overlay', 'pivot') },
  { asked: `--hostname ${HOST_NAME}`, field: ({ hostname }) => `hostname: ${hostname}`, calls: callsOf('hostname') },
  { asked: '--volume DIR:/mnt', field: mountsOf('/mnt'), calls: callsOf('open-volumes', 'volumes') },
  {
    asked: 'always',
    field: ({ linux }) => (linux.seccomp ? 'linux.seccomp' : 'none'),
    calls: callsOf('seccomp'),
  },
  {
    asked: 'always',
    field: ({ process }) => `process.capabilities: ${process.capabilities?.bounding?.length}`,
    calls: callsOf('capabilities'),
  },
  { asked: `--user ${USER}`, field: ({ process }) => `process.user: ${process.user.uid}`, calls: callsOf('user') },
  { asked: 'COMMAND', field: ({ process }) => `process.args: ${process.args[0]} …`, calls: callsOf('program') },
];

const HEADER = ['tslab run', 'config.json', 'the list'] as const;

/** The flags of `tslab run`, config.json and the list, side by side: who asks, what is to be, and how it is done. */
export function flagsSpecList(spec: Spec, pieces: readonly Piece[]): string {
  const rows = ROWS.map(({ asked, field, calls }) => [asked, field(spec), calls(pieces)] as const);
  return [HEADER, ...rows].map(([asked, field, calls]) => `${asked.padEnd(19)}${field.padEnd(29)}${calls}`).join('\n');
}

/** The mounts of the spec at these places. */
function mountsOf(...places: string[]): Row['field'] {
  return ({ mounts }) => {
    const found = mounts.map(({ destination }) => destination).filter((place) => places.includes(place));
    return `mounts: ${found.join(', ')}`;
  };
}

/** Names of the calls of some pieces, with how often each is made. */
function callsOf(...steps: string[]): Row['calls'] {
  return (pieces) => {
    const names = pieces
      .filter(({ step }) => steps.includes(step))
      .flatMap(({ calls }) => calls.map(({ name }) => name));
    const timesOf = (name: string) => names.filter((one) => one === name).length;
    const counted = [...new Set(names)].map((name) => (timesOf(name) === 1 ? name : `${name} ×${timesOf(name)}`));
    return counted.join(', ') || 'left out';
  };
}
