import { createHash } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { UserError } from '../../../kernel/errors/user-error.js';
import type { TarEvent } from '../../../tar/parser.js';
import { archiveEvents } from './archive.js';
import type { Destination } from './destination.js';
import type { CopyPlan, Origin, Planned } from './planned.js';

/** The layer that a plan comes to, as its archive is read: no time is later than `latest`, in nanoseconds since 1970. Throws UserError. */
export async function* copyEvents(
  { members, archives }: CopyPlan,
  { destination, latest }: { destination: Destination; latest: bigint | undefined },
): AsyncGenerator<TarEvent> {
  for (const planned of members) {
    yield clamped(planned.entry, latest);
    if (planned.content) yield planned.content;
    else if (planned.entry.type === 'file' && planned.from !== undefined) yield* content(planned.from, planned);
  }
  for (const archive of archives)
    for await (const event of archiveEvents(archive, destination))
      yield event instanceof Uint8Array ? event : clamped(event, latest);
}

function clamped<E extends { readonly mtime: bigint }>(entry: E, latest: bigint | undefined): E {
  return latest !== undefined && entry.mtime > latest ? { ...entry, mtime: latest } : entry;
}

/** Bytes that are read at once. */
const PART = 1 << 17;

/** The cache knows a layer by what was read before: a file that has changed since would be found under the digest of another. */
function* content({ source, path }: Origin, { entry, sha256 }: Planned): Generator<Uint8Array> {
  const fd = source.openFile(path);
  const hash = createHash('sha256');
  try {
    for (let left = entry.size; left > 0; ) {
      const part = Buffer.alloc(Math.min(left, PART));
      const count = readSync(fd, part);
      if (count === 0) throw changed(path);
      hash.update(part.subarray(0, count));
      yield part.subarray(0, count);
      left -= count;
    }
  } finally {
    closeSync(fd);
  }
  if (hash.digest('hex') !== sha256) throw changed(path);
}

function changed(path: string): UserError {
  return new UserError(`${path} was changed while it was copied`, 1, 'Build again when nothing writes there any more.');
}
