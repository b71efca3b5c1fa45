import { Transform } from 'node:stream';
import { UserError } from '../../kernel/errors/user-error.js';

/** Resolves a wait with this where a person leaves a program that goes on. */
export const LEFT = Symbol('left');

/** Ctrl-P Ctrl-Q, as Docker's default. */
const USUAL = Buffer.from([0x10, 0x11]);

/** ASCII 0 to 31 by the key that is pressed together with Ctrl: `ctrl-@` is 0, `ctrl-a` 1. */
const WITH_CTRL = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/**
 * The bytes of `--detach-keys`: keys by commas, each a character, `ctrl-` and one of a-z, @, [, \, ], ^, _, or `DEL`. Nothing is the usual keys, as
 * with Docker (moby/term, ToBytes()). Throws UserError (2), in its words.
 */
export function parseDetachKeys(text = ''): Buffer {
  if (text === '') return USUAL;
  const codes = text.split(',').map(codeOf);
  if (!codes.includes(undefined)) return Buffer.from(codes as number[]);
  const remedy = 'Give keys by commas: letters, or ctrl- and one of a-z, @, [, \\, ], ^, _, such as ctrl-p,ctrl-q.';
  throw new UserError(`Invalid detach keys (${text}) provided`, 2, remedy);
}

function codeOf(key: string): number | undefined {
  if (key === 'DEL') return 0x7f;
  if (Buffer.byteLength(key) === 1) return key.charCodeAt(0);
  const code = /^ctrl-.$/.test(key) ? WITH_CTRL.indexOf(key.slice(5)) : -1;
  return code === -1 ? undefined : code;
}

/** Lets keys through up to the wanted ones, then emits `detach`. Those that may be the first of them are held back until the next key shows what they were. */
export function watchForDetach(wanted: Buffer): Transform {
  let held = Buffer.alloc(0);
  return new Transform({
    transform(this: Transform, keys: Buffer, _, done) {
      const seen = Buffer.concat([held, keys]);
      const at = seen.indexOf(wanted);
      const end = at === -1 ? seen.length - begunIn(seen, wanted) : at;
      held = at === -1 ? seen.subarray(end) : Buffer.alloc(0);
      if (at !== -1) this.emit('detach');
      done(null, seen.subarray(0, end));
    },
    flush: (done) => done(null, held),
  });
}

/** How many of the wanted keys stand at the end of what was typed. */
function begunIn(seen: Buffer, wanted: Buffer): number {
  let count = Math.min(wanted.length - 1, seen.length);
  while (!seen.subarray(seen.length - count).equals(wanted.subarray(0, count))) count--;
  return count;
}
