import { tellImage } from '../../../docker/images/tell.js';
import { type Saved, saveImages } from '../../../image/archive/save.js';
import { fullName, parseReference } from '../../../image/reference.js';
import { holdStore } from '../../../image/store/hold.js';
import { findImage } from '../../../image/store/images.js';
import { BufferedOutput, ClosedPipe, writeTo } from '../../../tar/streams.js';
import { NOBODY_READS } from '../../../terminal/output.js';
import type { Define } from '../../command.js';
import { tellingErrors } from '../shared/errors.js';
import { checkOutput, writeOutput } from '../shared/output-file.js';

/** `tslab save` */
export const define: Define = (command, choose) =>
  command
    .description(
      'Write images as an archive that docker load, skopeo and tslab load take: an OCI layout, and Docker’s manifest.json.',
    )
    .argument('<image...>')
    .option('-o, --output <file>', 'this file, in the place of standard output')
    .action((images: string[], { output }: { output?: string }) =>
      choose(() => tellingErrors(async () => save(images, output || undefined))),
    );

function save(given: readonly string[], path: string | undefined): number {
  checkOutput({ path, failure: 'failed to save image', example: 'tslab save NAME -o FILE' });
  using _held = holdStore();
  const saved = together(given);
  return writeOutput(path, (fd, shown) => {
    const output = new BufferedOutput(writeTo(fd, shown));
    try {
      saveImages(saved, output.write);
      output.flush();
      for (const { image, names } of saved) tellImage('save', image, names[0]);
      return 0;
    } catch (error) {
      if (error instanceof ClosedPipe) return NOBODY_READS;
      throw error;
    }
  });
}

/** An image once, with all of its names that were given; by an ID or a digest it has none there. */
function together(given: readonly string[]): Saved[] {
  const byId = new Map<string, Saved>();
  for (const word of given) {
    const image = findImage(word);
    const before = byId.get(image.id)?.names ?? [];
    const names = image.names.filter((name) => name === nameIn(word));
    byId.set(image.id, { image, names: [...new Set([...before, ...names])] });
  }
  return [...byId.values()];
}

function nameIn(word: string): string | undefined {
  try {
    const reference = parseReference(word);
    return reference.digest === undefined ? fullName(reference) : undefined;
  } catch {
    return undefined;
  }
}
