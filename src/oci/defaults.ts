import { MASKED, READ_ONLY } from './kernel-paths.js';
import type { DeviceRule } from './resources.js';
import type { Mount, Spec } from './spec.js';

/** The capabilities of Docker's default container. */
export const DOCKERS_CAPABILITIES = inAllSets([
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_RAW',
  'CAP_SYS_CHROOT',
  'CAP_MKNOD',
  'CAP_AUDIT_WRITE',
  'CAP_SETFCAP',
]);

// #region default
/**
 * Docker's default container (moby, daemon/pkg/oci/defaults.go), as far as tslab makes it: {@link NOT_YET} has the rest. What depends on
 * the machine is added later (container/usual-spec.ts): a cgroup namespace with cgroup v2, a thermal_throttle to hide for each CPU, the filter of
 * system calls; and without the capabilities that tslab itself lacks, since it cannot give them.
 */
export const DEFAULT_SPEC: Spec = {
  // All these fields are of 1.0, and crun before 1.14.3 refuses any other version (containers/crun#1417).
  ociVersion: '1.0.2',
  root: { path: 'rootfs' },
  process: {
    user: { uid: 0, gid: 0 },
    args: ['sh'],
    env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    cwd: '/',
    capabilities: DOCKERS_CAPABILITIES,
  },
  mounts: [
    mount('/proc', 'proc', ['nosuid', 'noexec', 'nodev']),
    mount('/dev', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k']),
    mount('/dev/pts', 'devpts', ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620']),
    mount('/sys', 'sysfs', ['nosuid', 'noexec', 'nodev', 'ro']),
    mount('/sys/fs/cgroup', 'cgroup', ['ro', 'nosuid', 'noexec', 'nodev']),
    mount('/dev/mqueue', 'mqueue', ['nosuid', 'noexec', 'nodev']),
    { ...mount('/dev/shm', 'tmpfs', ['nosuid', 'noexec', 'nodev', 'mode=1777', 'size=65536k']), source: 'shm' },
  ],
  linux: {
    namespaces: [{ type: 'mount' }, { type: 'network' }, { type: 'uts' }, { type: 'pid' }, { type: 'ipc' }],
    maskedPaths: MASKED,
    readonlyPaths: READ_ONLY,
    // Where its network is its own.
    sysctl: { 'net.ipv4.ip_unprivileged_port_start': '0', 'net.ipv4.ping_group_range': '0 2147483647' },
    // null, zero and so on; and tslab adds what every runtime adds (labs/10-security/calls/devices.ts).
    resources: {
      devices: [
        { allow: false, access: 'rwm' },
        device(true, 1, 5),
        device(true, 1, 3),
        device(true, 1, 9),
        device(true, 1, 8),
        device(true, 5, 0),
        device(true, 5, 1),
        device(false, 10, 229),
      ],
    },
  },
};
// #endregion

/** A field of Docker's default container that differs in ours. */
export interface NotYet {
  /** As in messages: `mounts[2].options`. */
  readonly field: string;
  /** What Docker has there. */
  readonly docker: unknown;
  readonly why: string;
}

// #region not-yet
/** What Docker's default container has, and ours does not have yet. */
export const NOT_YET: readonly NotYet[] = [
  { field: 'process.apparmorProfile', docker: 'docker-default', why: 'security: no label is written' },
  { field: 'process.oomScoreAdj', docker: 0, why: "users: the caller's is inherited" },
  {
    field: 'mounts[2].options',
    docker: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    why: 'users: without root only one group is mapped, and it is not tty',
  },
];
// #endregion

function inAllSets(names: readonly string[]) {
  return { bounding: names, effective: names, permitted: names };
}

/** The source of a filesystem without a device is only shown: its type. */
function mount(destination: string, type: string, options: readonly string[]): Mount {
  return { destination, type, source: type, options };
}

/** The rule for a character device. */
function device(allow: boolean, major: number, minor: number): DeviceRule {
  return { allow, type: 'c', major, minor, access: 'rwm' };
}
