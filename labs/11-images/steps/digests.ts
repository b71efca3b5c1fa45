import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { decompressed } from '../../../src/image/codec/decompress.js';
import { type Digest, digestOf } from '../../../src/image/digest.js';
import { unpackLayer } from '../../../src/image/layer/unpack-layer.js';
import { checked } from '../../../src/image/store/new-layer.js';
import { UserError } from '../../../src/kernel/errors/user-error.js';
import { observed } from '../../../src/lab/observation.js';
import { bytesAt, type Layer, printed, type Setup, short, writeTold } from './setup.js';

// #region diff-id
/** zlib's levels: quick, and small. */
const LEVELS = [1, 9];

export async function diffIdStep({ lab, app, directory }: Setup): Promise<void> {
  await lab.step('diff-id');
  const place = directory('diff-id');
  const paths = LEVELS.map((level) => join(place, `level-${level}.gz`));
  for (const [i, level] of LEVELS.entries()) await writeTold(lab, paths[i] as string, gzipSync(app.archive, { level }));
  const sent = paths.map((path) => digestOf(bytesAt(path) ?? ''));
  await lab.observe('after', observed('host', 'digests of what is sent', sent.map(short).join('\n')));
  const inside = await Promise.all(paths.map(async (path) => digestOf(await inflated(path))));
  await lab.observe('after', observed('host', 'digests of what is in it', inside.map(short).join('\n')));
  await lab.check('the layer, compressed twice: digests of what is sent', 2, new Set([...sent, digestOf('')]).size - 1);
  await lab.check(
    'digest of what both decompress to',
    short(app.diffId),
    [...new Set(inside.map(short))].join(' and '),
  );
}

async function inflated(path: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  if (bytesAt(path)) for await (const part of decompressed(path)) parts.push(part);
  return Buffer.concat(parts);
}
// #endregion

// #region digest
export async function digestStep(setup: Setup): Promise<void> {
  const { lab, base, app, directory, unpack } = setup;
  const wanted = await lab.step('digest');
  const flipped = flipBit(app.archive, 'hello from');
  const unchecked = await unpack(flipped, 'unchecked');
  const says = await printed(lab, setup.overlay('digest', unchecked, base), '/app/hello');
  await lab.check('what a layer with one flipped bit contains', 'iello from version 1', says);
  const place = directory('checked');
  const refused = await unpackChecked(flipped, wanted ? app.diffId : digestOf(flipped), place);
  await lab.check(
    'the same layer, with its digest checked',
    `${short(app.diffId)} ≠ ${short(digestOf(flipped))}`,
    refused,
  );
  await lab.check(
    'files that are left of that layer',
    'none',
    bytesAt(join(place, 'app/hello')) ? 'app/hello' : 'none',
  );
}

/** What is wrong with it, as the store finds out behind the last byte. What was unpacked until then is no layer. */
async function unpackChecked(archive: Buffer, diffId: Digest, directory: string): Promise<string> {
  try {
    await unpackLayer(checked(pieces(archive), diffId), directory);
    return 'nothing';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    rmSync(directory, { recursive: true });
    const [expected, found] = error.message.match(/sha256:\w+/g) ?? [];
    return found ? `${short(expected as Digest)} ≠ ${short(found as Digest)}` : error.message;
  }
}

async function* pieces(archive: Buffer): AsyncGenerator<Uint8Array> {
  yield archive;
}

/** `h` is 0x68, and `i` 0x69. */
function flipBit(archive: Layer['archive'], text: string): Buffer {
  const flipped = Buffer.from(archive);
  const at = flipped.indexOf(text);
  flipped[at] = (flipped[at] ?? 0) ^ 1;
  return flipped;
}
// #endregion
