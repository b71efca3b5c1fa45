/**
 * A seccomp profile as Docker takes it (`--security-opt seccomp=FILE`): rules for several machines, kernels and sets of capabilities.
 * Source: profiles/seccomp of moby, and https://docs.docker.com/engine/security/seccomp/.
 */
import { errorCode } from '../kernel/errors/errno.js';
import { UserError } from '../kernel/errors/user-error.js';
import { NotReadable, readRegularFile } from '../kernel/files/regular-file.js';
import { integer, list, Misfit, matching, type Parser } from '../kernel/parser.js';
import { object, type Parsed, string, strings, uint64 } from '../oci/fields.js';
import { parseJson } from '../oci/json.js';
import { action, architecture, flag, operator } from '../oci/seccomp.js';
import { endOfJson, lineAt, rulesIn } from './places.js';

/** The kernel gives errnos up to 4095 (MAX_ERRNO, include/linux/err.h). */
const errno = integer(0, 4095);
const argument = object({ index: integer(0, 5), value: uint64, op: operator }, { valueTwo: uint64 });

/** To whom a rule applies, or does not. */
const situation = object(
  {},
  { caps: strings, arches: strings, minKernel: matching(/^\d+\.\d+$/, 'a version such as 4.8') },
);

/** A listener would be an agent of the user's, on a socket (seccomp_unotify(2)). */
const ownAction = checked(
  action,
  (one) => one !== 'SCMP_ACT_NOTIFY',
  'an action without a listener, as all others are',
);

/** `name` is the older form of `names`. */
const rule = object(
  { action: ownAction },
  {
    ...{ name: string, names: strings, errnoRet: errno, args: list(argument) },
    ...{ comment: string, includes: situation, excludes: situation },
  },
);

const rules = list(
  checked(
    rule,
    ({ name, names }) => (name === undefined) !== (names === undefined),
    'a rule with either name or names',
  ),
);

const archMap = list(object({ architecture }, { subArchitectures: list(architecture) }));

const profile = checked(
  object(
    { defaultAction: ownAction },
    { defaultErrnoRet: errno, architectures: list(architecture), archMap, flags: list(flag), syscalls: rules },
  ),
  ({ architectures = [], archMap = [] }) => architectures.length === 0 || archMap.length === 0,
  'a profile with either architectures or archMap',
);

export type Profile = Parsed<typeof profile>;
export type ProfileRule = Parsed<typeof rule>;
export type Situation = Parsed<typeof situation>;

/** Bytes: the longest known profile has a tenth of that. */
const LIMIT = 1024 * 1024;

/** Reads a profile. Throws UserError (2) that says where in the file the mistake is. */
export function readProfile(file: string): Profile {
  try {
    return parseProfile(readRegularFile(file, LIMIT).toString('utf8'), file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const why =
      error instanceof NotReadable ? error.message.replace(`${file} `, '') : `cannot be read: ${errorCode(error)}`;
    throw new UserError(`The seccomp profile ${file} ${why}`, 2, 'Name a file: --security-opt seccomp=FILE');
  }
}

/** Parses a profile; `file` is what it is called in messages. Throws UserError (2). */
export function parseProfile(text: string, file: string): Profile {
  try {
    return profile(parseJson(text), '');
  } catch (error) {
    throw new UserError(`The seccomp profile ${file} is wrong${explain(error, text)}`, 2, REMEDY);
  }
}

const REMEDY = 'Correct it; its form is described at https://docs.docker.com/engine/security/seccomp/';

/** ` in line 7, rule 2: syscalls[1].action is "ALLOW", not one of ...`. */
function explain(error: unknown, text: string): string {
  if (error instanceof SyntaxError) return ` in line ${lineAt(text, endOfJson(text))}: ${error.message}`;
  if (!(error instanceof Misfit)) throw error;
  const index = Number(/^syscalls\[(\d+)\]/.exec(error.message)?.[1] ?? -1);
  const offset = rulesIn(text)[index];
  const where = offset === undefined ? '' : ` in line ${lineAt(text, offset)}, rule ${index + 1}`;
  return `${where}: ${error.message}`;
}

/** A parser for values that also pass a test; `wanted` says in words what that is. */
function checked<T>(parse: Parser<T>, test: (value: T) => boolean, wanted: string): Parser<T> {
  return (value, at) => {
    const parsed = parse(value, at);
    if (!test(parsed)) throw new Misfit(at, value, wanted);
    return parsed;
  };
}
