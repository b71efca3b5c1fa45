import { print } from '../../terminal/output.js';
import { renderSite } from '../../web/site/pages.js';
import { writeSite } from '../../web/site/write.js';
import type { Define, GlobalOptions } from '../command.js';

/** `tslab build-site` */
export const define: Define = (command, choose) =>
  command
    .description('Write the lessons as pages for any web server, in all languages, with recorded runs of the labs.')
    .argument('<dir>', 'directory to write; a site that stands there already is replaced')
    .action((directory: string) => choose(() => buildSite(directory, command.optsWithGlobals<GlobalOptions>())));

async function buildSite(target: string, { json }: GlobalOptions): Promise<number> {
  const files = await renderSite();
  const directory = writeSite(files, target);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const size = `${files.length} files, ${Math.ceil(bytes / 1024)} KiB`;
  if (json) print(`${JSON.stringify({ directory, files: files.length, bytes })}\n`);
  else print(`${size}, are in ${directory}: any web server can serve them as they are.\n`);
  return 0;
}
