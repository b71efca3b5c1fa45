import { print } from '../../terminal/output.js';
import { renderSite } from '../../web/site/pages.js';
import { writeSite } from '../../web/site/write.js';
import type { GlobalOptions } from '../options.js';

/** `tslab build-site DIR`. The exit status. */
export async function buildSite(target: string, { json }: GlobalOptions): Promise<number> {
  const files = await renderSite();
  const directory = writeSite(files, target);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const size = `${files.length} files, ${Math.ceil(bytes / 1024)} KiB`;
  if (json) print(`${JSON.stringify({ directory, files: files.length, bytes })}\n`);
  else print(`${size}, are in ${directory}: any web server can serve them as they are.\n`);
  return 0;
}
