import type { Define } from '../../command.js';
import { inspectEach } from '../shared/inspect-each.js';
import { inspectImage } from '../shared/inspect-image.js';

/** `tslab image inspect` */
export const define: Define = (command, choose) =>
  command
    .description('Show all that is known of images, as JSON.')
    .argument('<image...>')
    .option('-f, --format <template>', 'json, or a template of Go: {{.Id}}, {{json .Config.Env}}, {{.RootFS.Layers}}')
    .action((images: string[], { format }: { format?: string }) =>
      choose(() => inspectEach(images, format, async (given) => inspectImage(given))),
    );
