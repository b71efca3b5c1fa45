import { Transform } from 'node:stream';

/** Ctrl-P Ctrl-Q, as Docker's default. */
const FIRST = 0x10;
const SECOND = 0x11;

/** Lets keys through up to Ctrl-P Ctrl-Q, then emits `detach`. A Ctrl-P is held back until the next key shows what it was. */
export function watchForDetach(): Transform {
  let held = false;
  return new Transform({
    transform(this: Transform, keys: Buffer, _, done) {
      const seen = held ? Buffer.concat([Buffer.from([FIRST]), keys]) : keys;
      const at = seen.indexOf(Buffer.from([FIRST, SECOND]));
      held = at === -1 && seen.at(-1) === FIRST;
      if (at !== -1) this.emit('detach');
      done(null, at === -1 ? seen.subarray(0, held ? -1 : undefined) : seen.subarray(0, at));
    },
  });
}
