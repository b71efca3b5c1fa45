import { fullName, parseReference } from '../../../image/reference.js';
import { findImage, nameImage } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
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
  const reference = parseReference(name);
  if (reference.digest !== undefined)
    throw new UserError('refusing to create a tag with a digest reference', 1, 'A digest follows from the content.');
  nameImage(findImage(image).descriptor, fullName(reference));
  return 0;
}
