import type { Command } from 'commander';
import type { GlobalOptions } from '../options.js';
import type { Work } from '../program.js';

/** Makes `tslab build-site` a command. */
export function addBuildSite(program: Command, choose: (work: Work) => void): void {
  const command = program
    .command('build-site')
    .summary('write the lessons as pages for a web server, with recorded runs')
    .description('Write the lessons as pages for any web server, in all languages, with recorded runs of the labs.')
    .argument('<dir>', 'directory to write; a site that stands there already is replaced');
  command.action((directory: string) =>
    choose(async () =>
      (await import('./build-site.js')).buildSite(directory, command.optsWithGlobals<GlobalOptions>()),
    ),
  );
}
