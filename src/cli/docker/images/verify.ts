import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { listImages } from '../../../image/store/images.js';
import { verifyBlobs, verifyLayers, whatLacks } from '../../../image/store/verify.js';
import { print } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab image verify` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Read all that images have again: blobs are compared with their digests, and unpacked layers with what is in their blobs. The status is 1 where something is wrong.',
    )
    .action(() => choose(() => tellingErrors(() => asOwnRoot(verify))));

async function verify(): Promise<number> {
  const wrong: string[] = [];
  for await (const problem of verifyBlobs()) wrong.push(problem);
  const images = listImages();
  for (const image of images) wrong.push(...whatLacks(image).map((what) => `${image.names[0] ?? image.id}: ${what}`));
  for await (const problem of verifyLayers(images)) wrong.push(problem);
  print(
    wrong.map((problem) => `${problem}\n`).join('') ||
      `Images: ${images.length}. All blobs are what their digests say, and unpacked layers what is in them.\n`,
  );
  return wrong.length > 0 ? 1 : 0;
}
