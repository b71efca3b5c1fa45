import { renderSite } from '../web/site/pages.js';
import { writeSite } from '../web/site/write.js';
import type { GlobalOptions } from './options.js';
import { print } from './output.js';

/** What `tslab build-site DIR` takes. */
export interface BuildSiteOptions extends GlobalOptions {
  /** Move what is in the way aside. */
  readonly force?: true;
}

/** `tslab build-site DIR`. The exit status. */
export async function buildSite(target: string, { force, json }: BuildSiteOptions): Promise<number> {
  const files = await renderSite();
  const { directory, moved } = writeSite(files, target, force);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (json) print(`${JSON.stringify({ directory, files: files.length, bytes, ...(moved && { moved }) })}\n`);
  else print(describe({ directory, files: files.length, bytes, moved }));
  return 0;
}

function describe(site: { directory: string; files: number; bytes: number; moved: string | undefined }): string {
  const moved = site.moved === undefined ? '' : `What was there is in ${site.moved} now.\n`;
  const size = Math.ceil(site.bytes / 1024);
  return `${moved}${site.files} files, ${size} KiB, are in ${site.directory}: any web server can serve them as they are.\n`;
}
