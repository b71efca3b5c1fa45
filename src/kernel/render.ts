import { errnoMeaning, errnoName } from './errors/errno.js';
import { bytesOf } from './files/file-names.js';
import type { Argument, CallRecord, Syscall } from './syscall.js';

/** An argument as a person would write it in C; `value` is what a forwarded result turned out to be, `isMade` says that buffers are filled. */
function renderArgument(argument: Argument, value: bigint | undefined, isMade: boolean): string {
  switch (argument.kind) {
    case 'integer':
      return argument.text ?? String(argument.value);
    case 'string':
      return argument.value === null ? 'NULL' : quote(argument.value);
    case 'strings':
      return argument.text ?? `[${argument.value.map(quote).join(', ')}]`;
    case 'bytes':
      return isMade ? (argument.describe?.(argument.value) ?? argument.text) : argument.text;
    case 'struct':
      return argument.text;
    case 'result':
      return value === undefined ? `<result of ${argument.of.name}>` : String(value);
  }
}

/** The most characters of a string that are shown. */
const SHOWN = 480;

/** A string in quotes. Of a long one, the start and its size: `--json` has it whole. */
function quote(value: string): string {
  if (value.length <= SHOWN) return literal(value);
  return `${literal(value.slice(0, SHOWN))}… /* ${bytesOf(value).length} bytes */`;
}

/**
 * A string in quotes, as in C; a byte that is no UTF-8 by its number: `"caf\xe9"`. So are characters that a terminal obeys (U+009B is another
 * ESC [), that turn the direction of what is behind them (CVE-2021-42574), or that have no width.
 */
export function literal(value: string): string {
  const escaped = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(value)
    .replace(/\\udc([89a-f][\da-f])/g, '\\x$1')
    .replace(/[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, escaped);
}

/** `mount("proc", "/proc", "proc", MS_NOSUID|MS_NODEV, NULL)`. Results that are not known yet are named. */
export function renderCall(call: Syscall, resultOf: (call: Syscall) => bigint | undefined = () => undefined): string {
  const isMade = isSuccess(resultOf(call));
  const args = call.args.map((arg) =>
    renderArgument(arg, arg.kind === 'result' ? resultOf(arg.of) : undefined, isMade),
  );
  return `${call.name}(${args.join(', ')})`;
}

/** The arguments for `--json`: strings and plain numbers as they are, everything else as the text that a person reads. */
export function jsonArguments(
  call: Syscall,
  resultOf: (call: Syscall) => bigint | undefined,
): (string | number | null)[] {
  return call.args.map((arg) => {
    if (arg.kind === 'string') return arg.value;
    if (arg.kind === 'integer' && (arg.text === undefined || /^0[0-7]+$/.test(arg.text))) return Number(arg.value);
    if (arg.kind === 'result') return Number(resultOf(arg.of) ?? -1n);
    return renderArgument(arg, undefined, isSuccess(resultOf(call)));
  });
}

/** `EPERM` where the record's call failed, or received that its request was refused. */
export function recordErrno(record: CallRecord): string | undefined {
  if (record.refused) return errnoName(record.refused.errno);
  return isErrno(record.result) ? errnoName(Number(-record.result)) : undefined;
}

/** `= 0`, `= -1 EPERM (operation not permitted)`, or nothing where the call did not return. */
export function renderResult(result: bigint | undefined): string {
  if (result === undefined) return '';
  if (!isErrno(result)) return `= ${result}`;
  const errno = Number(-result);
  return `= -1 ${errnoName(errno)} (${errnoMeaning(errno)})`;
}

function isSuccess(result: bigint | undefined): boolean {
  return result !== undefined && result >= 0n;
}

/** The kernel's convention: -4095 to -1 are errors. */
export function isErrno(result: bigint | undefined): result is bigint {
  return result !== undefined && result < 0n && result >= -4095n;
}
