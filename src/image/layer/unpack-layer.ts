import { TarParser } from '../../tar/parser.js';
import { type Owners, possibleOwners } from './owners.js';
import { type Unpacked, Unpacking } from './unpack.js';

/** Unpacks an archive, as it comes, into an empty directory of ours. Throws UserError; then nothing is written there any more. */
export async function unpackLayer(
  archive: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  directory: string,
  owners: Owners = possibleOwners(),
): Promise<Unpacked> {
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
