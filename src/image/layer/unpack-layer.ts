import { setFlagsFromString } from 'node:v8';
import { TarParser } from '../../tar/parser.js';
import { type Owners, possibleOwners } from './owners.js';
import { type Unpacked, Unpacking } from './unpack.js';

/** Unpacks an archive, as it comes, into an empty directory of ours. Throws UserError; then nothing is written there any more. */
export async function unpackLayer(
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  directory: string,
  owners: Owners = possibleOwners(),
): Promise<Unpacked> {
  setFlagsFromString(SMALL_NURSERY);
  const unpacking = Unpacking.into(directory, owners);
  const parser = new TarParser();
  try {
    for await (const piece of archive) for (const event of parser.push(piece)) await unpacking.take(event);
    parser.end();
    return await unpacking.finish();
  } catch (error) {
    await unpacking.abandon();
    throw error;
  }
}

/**
 * The calls of a list live for as long as it runs. Of many such objects V8 concludes that there should be more room for young ones, up to 48 MiB, and
 * no layer is unpacked faster for that: three at once take 125 MB with what there is at first, and up to 158 MB otherwise.
 */
const SMALL_NURSERY = '--semi-space-growth-factor=1';
