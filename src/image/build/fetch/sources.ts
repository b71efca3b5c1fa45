import { mkdirSync, renameSync } from 'node:fs';
import { join, posix } from 'node:path';
import { UserError } from '../../../kernel/errors/user-error.js';
import { checkDigest, hexOf } from '../../digest.js';
import type { FoundSource } from '../context/find.js';
import { type Found, openSource } from '../context/source.js';
import type { Surroundings } from '../steps/here.js';
import type { Scratch } from '../steps/scratch.js';
import { fetchFile } from './fetch.js';
import { fileNameOf, withoutPassword } from './url.js';

/** What is fetched for an ADD, and where. */
export interface Wanted {
  readonly urls: readonly string[];
  readonly checksum: string | undefined;
}

/** Fetches the files of an ADD, each under its name, into a directory that is open until the instruction has ended. Throws UserError. */
export async function fetchSources(
  { urls, checksum }: Wanted,
  scratch: Scratch,
  { aborted: signal, tell }: Surroundings,
): Promise<FoundSource[]> {
  const wanted = checksum === undefined ? undefined : checkDigest(checksum, '--checksum');
  const directory = scratch.path();
  mkdirSync(directory);
  const source = openSource(directory);
  scratch.atEnd(() => source[Symbol.dispose]());
  const found: FoundSource[] = [];
  for (const [i, one] of urls.entries()) {
    const given = withoutPassword(one);
    const onRetry = ({ seconds, why }: { seconds: number; why: string }) =>
      tell({ kind: 'warning', text: `${given}: ${why}; it is asked again in ${seconds} s` });
    const url = URL.canParse(one) ? new URL(one) : undefined;
    if (!url) throw new UserError(`ADD of ${given}: that is no URL`, 1, 'http://HOST[:PORT]/PATH');
    const path = scratch.path();
    const sha256 = hexOf(await fetchFile(url, { checksum: wanted, path, signal, onRetry }));
    const name = posix.join(`${i}`, fileNameOf(url));
    mkdirSync(join(directory, `${i}`));
    renameSync(path, join(directory, name));
    found.push({ ...(source.look(name, { follow: false }) as Found), given, url: given, sha256 });
  }
  return found;
}

/** Throws UserError where `--checksum` does not say of which file it is. */
export function refuseChecksum({ urls, checksum }: Wanted, sources: number): void {
  if (checksum === undefined || (urls.length === 1 && sources === 1)) return;
  const what = urls.length < sources ? 'non-HTTP(S) sources' : 'multiple sources';
  throw new UserError(`checksum can't be specified for ${what}`, 1, 'One ADD for each URL with a --checksum.');
}
