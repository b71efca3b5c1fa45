import { chooseLanguage } from '../../terminal/language.js';
import { print } from '../../terminal/output.js';
import { wordsIn } from '../../view/words/index.js';
import { renderSite } from '../../web/site/pages.js';
import { writeSite } from '../../web/site/write.js';
import type { Define, GlobalOptions } from '../command.js';

/** `tslab build-site` */
export const define: Define = (command, choose) =>
  command
    .description('Write the lessons as pages for any web server, in all languages, with recorded runs of the labs.')
    .argument('<dir>', 'directory to write; a site that stands there already is replaced')
    .action((directory: string) => choose(() => buildSite(directory, command.optsWithGlobals<GlobalOptions>())));

async function buildSite(target: string, { json, lang }: GlobalOptions): Promise<number> {
  const { commands } = wordsIn(chooseLanguage(lang, process.env));
  const files = await renderSite();
  const directory = writeSite(files, target);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (json) print(`${JSON.stringify({ directory, files: files.length, bytes })}\n`);
  else print(`${commands.site(files.length, Math.ceil(bytes / 1024), directory)}\n`);
  return 0;
}
