import { tellImage } from '../../../docker/images/tell.js';
import { parseNewName } from '../../../image/reference.js';
import { holdStore } from '../../../image/store/hold.js';
import { findImage, nameImage } from '../../../image/store/images.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';

/** `tslab tag` */
export const define: Define = (command, choose) =>
  command
    .description('Give an image another name, which it takes from the image that has it.')
    .argument('<image>')
    .argument('<name>')
    .action((image: string, name: string) => choose(() => tellingErrors(async () => tag(image, name))));

function tag(image: string, name: string): number {
  const full = parseNewName(name);
  using _held = holdStore();
  const found = findImage(image);
  nameImage(found.descriptor, full);
  tellImage('tag', found, full);
  return 0;
}
