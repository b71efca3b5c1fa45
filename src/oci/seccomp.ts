/** `linux.seccomp`: which system calls a container may make (config-linux.md, "Seccomp"). */
import { list, matching, word } from '../kernel/parser.js';
import { object, type Parsed, string, uint32, uint64 } from './fields.js';

/** What is done with a call. */
export const action = word(
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_TRAP',
);

export const operator = word(
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_LE',
  'SCMP_CMP_LT',
  'SCMP_CMP_MASKED_EQ',
  'SCMP_CMP_NE',
);

export const architecture = matching(/^SCMP_ARCH_[A-Z0-9_]+$/, 'an architecture such as SCMP_ARCH_X86_64');

export const flag = word(
  'SECCOMP_FILTER_FLAG_LOG',
  'SECCOMP_FILTER_FLAG_SPEC_ALLOW',
  'SECCOMP_FILTER_FLAG_TSYNC',
  'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV',
);

/** With SCMP_CMP_MASKED_EQ `value` is the mask, and `valueTwo` what is to remain. */
const argument = object({ index: uint32, value: uint64, op: operator }, { valueTwo: uint64 });
const rule = object({ names: list(string), action }, { errnoRet: uint32, args: list(argument) });
export type Rule = Parsed<typeof rule>;

export const seccomp = object(
  { defaultAction: action },
  {
    defaultErrnoRet: uint32,
    architectures: list(architecture),
    flags: list(flag),
    listenerPath: string,
    listenerMetadata: string,
    syscalls: list(rule),
  },
);
export type Seccomp = Parsed<typeof seccomp>;
