/**
 * The OCI runtime specification 1.2: what a container is to be, in the words that all runtimes know (config.md). Each table of
 * fields is a type and its parser at once; the Linux section stands in linux.ts.
 */

import { flag, integer, list, map, matching, since, word } from '../kernel/parser.js';
import { int32, object, type Parsed, string, strings, uint32, uint64 } from './fields.js';
import { idMapping, linux } from './linux.js';

/** Who the program is, in the container's numbers. */
const user = object({ uid: since(uint32, 0), gid: since(uint32, 0) }, { umask: uint32, additionalGids: list(uint32) });

/** Names such as CAP_CHOWN (capabilities.ts). */
const capabilities = object(
  {},
  { bounding: strings, effective: strings, inheritable: strings, permitted: strings, ambient: strings },
);

/** getrlimit(2); RLIM_INFINITY is 18446744073709551615. */
const rlimit = object(
  {
    type: word(
      'RLIMIT_AS',
      'RLIMIT_CORE',
      'RLIMIT_CPU',
      'RLIMIT_DATA',
      'RLIMIT_FSIZE',
      'RLIMIT_LOCKS',
      'RLIMIT_MEMLOCK',
      'RLIMIT_MSGQUEUE',
      'RLIMIT_NICE',
      'RLIMIT_NOFILE',
      'RLIMIT_NPROC',
      'RLIMIT_RSS',
      'RLIMIT_RTPRIO',
      'RLIMIT_RTTIME',
      'RLIMIT_SIGPENDING',
      'RLIMIT_STACK',
    ),
    soft: uint64,
    hard: uint64,
  },
  {},
);

/** sched_setattr(2); times in nanoseconds. */
const scheduler = object(
  { policy: matching(/^SCHED_[A-Z]+$/, 'a policy such as SCHED_OTHER') },
  {
    nice: int32,
    priority: int32,
    flags: list(matching(/^SCHED_FLAG_[A-Z_]+$/, 'a flag such as SCHED_FLAG_RESET_ON_FORK')),
    runtime: uint64,
    deadline: uint64,
    period: uint64,
  },
);

const ioPriority = object(
  { class: word('IOPRIO_CLASS_RT', 'IOPRIO_CLASS_BE', 'IOPRIO_CLASS_IDLE') },
  { priority: int32 },
);

/** The program, and as what it runs. */
const process = object(
  { args: strings, cwd: string, user: since(user, { uid: 0, gid: 0 }) },
  {
    env: strings,
    terminal: flag,
    /** Characters. */
    consoleSize: object({ height: uint64, width: uint64 }, {}),
    capabilities,
    rlimits: list(rlimit),
    noNewPrivileges: flag,
    oomScoreAdj: integer(-1000, 1000),
    scheduler,
    ioPriority,
    /** Lists of CPUs, such as 0-3,7: for whom `exec` adds, at first and then. */
    execCPUAffinity: object({}, { initial: string, final: string }),
    apparmorProfile: string,
    selinuxLabel: string,
  },
);

/** In the order in which they are mounted. Options as in fstab(5), and data of the filesystem. */
const mount = object(
  { destination: string },
  { type: string, source: string, options: strings, uidMappings: list(idMapping), gidMappings: list(idMapping) },
);

/** `timeout` in seconds. */
const hooks = list(object({ path: string }, { args: strings, env: strings, timeout: integer(1) }));

/** A container as it is to be: config.json of a bundle. */
export const spec = object(
  {
    ociVersion: string,
    /** A relative path begins at the bundle: the directory that config.json lies in. */
    root: object({ path: string }, { readonly: flag }),
    process,
    mounts: since(list(mount), []),
    linux: since(linux, {}),
  },
  {
    hostname: string,
    domainname: string,
    hooks: object(
      {},
      {
        prestart: hooks,
        createRuntime: hooks,
        createContainer: hooks,
        startContainer: hooks,
        poststart: hooks,
        poststop: hooks,
      },
    ),
    annotations: map(string),
  },
);

export type Spec = Parsed<typeof spec>;
export type Process = Parsed<typeof process>;
export type Mount = Parsed<typeof mount>;
