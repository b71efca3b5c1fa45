import { writeFileSync } from 'node:fs';
import { buildHost, type Fetch } from '../../../container/build/host.js';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { tellImage } from '../../../docker/images/tell.js';
import { type BuildRequest, build } from '../../../image/build/builder.js';
import { type Draft, directoriesOf, finishDraft } from '../../../image/build/draft.js';
import { refuseOtherPlatform } from '../../../image/build/platform.js';
import { familiarName, fullName, parseReference } from '../../../image/reference.js';
import { type Image, nameImage } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { type Interruption, untilInterrupted } from '../../../terminal/interrupt.js';
import { NOBODY_READS, print } from '../../../terminal/output.js';
import { collect, type Define } from '../../command.js';
import { sweepLeftovers, warn } from '../../leftovers.js';
import { tellLeftOut } from '../files/left-out.js';
import { unknownHere } from '../images/pull-first.js';
import { onStandardError, onStandardOutput, pullTold, type Shown } from '../images/transfer.js';
import { tellingErrors } from '../shared/errors.js';
import { readContexts } from './contexts.js';
import { type Export, exportLayers, parseExport } from './export.js';
import { openInput } from './input.js';
import { addIgnored, addRunOptions, limitsOf, type RunFlags, runOptionsOf } from './options.js';
import { BuildOutput } from './output.js';
import { readSecrets } from './secrets.js';

/** `tslab build` */
export const define: Define = (command, choose) =>
  addIgnored(addRunOptions(command))
    .description('Build an image from a Dockerfile and the files of a directory, its context.')
    .argument(
      '<context>',
      'a directory: COPY takes files from it, without what .dockerignore leaves out; -: an archive of one, or a Dockerfile alone, from standard input',
    )
    .option('-t, --tag <name>', 'a name for the image: NAME[:TAG]', collect)
    .option('-f, --file <file>', 'the Dockerfile (default: Dockerfile in the context); -: standard input')
    .option('--build-arg <argument>', 'NAME=VALUE for an ARG; NAME alone: the value that it has here', collect)
    .option(
      '--build-context <context>',
      'NAME=DIRECTORY, or NAME=docker-image://IMAGE: what NAME is in COPY --from and RUN --mount=from, an image in FROM too',
      collect,
    )
    .option('--target <stage>', 'build this stage, by its name or number, in the place of the last')
    .option('--no-cache', 'make each step anew')
    .option('--no-cache-filter <stage>', 'make the steps of this stage anew', collectStages)
    .option('--platform <platform>', 'for this one: only that of this machine')
    .option('--pull', 'fetch images of FROM anew, those that are here as well')
    .option('-q, --quiet', 'print the image ID alone')
    .option('--progress <how>', 'plain, tty or auto: each shows a line for each step, and what it prints')
    .option('--secret <secret>', 'id=NAME,src=FILE or id=NAME,env=VARIABLE, for RUN --mount=type=secret', collect)
    .option('--ssh <agent>', 'default, or NAME=SOCKET: an agent for RUN --mount=type=ssh', collect)
    .option('--iidfile <file>', 'write the image ID into this file')
    .option('--label <label>', 'KEY=VALUE, noted in the image', collect)
    .option(
      '-o, --output <output>',
      'no image: the files of the last stage, into a directory, with type=tar,dest=FILE into an archive; -: that on standard output',
      collect,
    )
    .action((context: string, options: Options) =>
      choose(() =>
        tellingErrors(() =>
          asOwnRoot(() => untilInterrupted((interruption) => buildHere(context, options, interruption))),
        ),
      ),
    );

/** Before the first there is `true`, as for each flag that begins with `--no-`. */
function collectStages(stage: string, before: true | readonly string[]): string[] {
  return before === true ? [stage] : [...before, stage];
}

interface Options extends RunFlags {
  readonly tag?: readonly string[];
  readonly file?: string;
  readonly buildArg?: readonly string[];
  readonly buildContext?: readonly string[];
  readonly target?: string;
  readonly cache: boolean;
  readonly cacheFilter: true | readonly string[];
  readonly platform?: string;
  readonly pull?: true;
  readonly quiet?: true;
  readonly progress?: string;
  readonly secret?: readonly string[];
  readonly ssh?: readonly string[];
  readonly iidfile?: string;
  readonly label?: readonly string[];
  readonly output?: readonly string[];
}

async function buildHere(context: string, options: Options, { aborted, uncaught }: Interruption): Promise<number> {
  checkProgress(options);
  if (options.platform) refuseOtherPlatform(options.platform);
  const names = (options.tag ?? []).map(tagName);
  const exported = parseExport(options.output ?? []);
  if (exported) refuseNames(options);
  const [given, limits] = [givenOf(options), limitsOf(options)];
  sweepLeftovers();
  const isArchive = exported?.type === 'tar' && exported.dest === undefined;
  const shown = options.quiet ? undefined : isArchive ? onStandardError() : onStandardOutput();
  const output = new BuildOutput(shown);
  const status = await untilAborted({ aborted, output }, async () => {
    using input = await openInput({ context, file: options.file, aborted });
    const finish = (draft: Draft) => {
      if (!exported) return imageOf(draft, { names, options });
      input.removeTemporary();
      return uncaught(() => exportDraft(draft, exported));
    };
    const warn = (text: string) => output.tell({ kind: 'warning', text });
    const host = buildHost(fetching(shown, aborted), { aborted, anew: options.pull === true, limits, warn });
    return await build({ ...input, ...given }, { host, tell: output.tell, aborted, finish });
  });
  return status ?? 1;
}

function imageOf(draft: Draft, { names, options }: { names: readonly string[]; options: Options }): number {
  const image = finishDraft(draft);
  nameAll(image, names);
  if (options.iidfile !== undefined) writeFileSync(options.iidfile, image.id);
  tellBuilt(image, names, options.quiet === true);
  return 0;
}

function exportDraft(draft: Draft, exported: Export): number {
  const leftOut = exportLayers(directoriesOf(draft), exported);
  if (leftOut === NOBODY_READS) return leftOut;
  tellLeftOut(leftOut);
  return 0;
}

function refuseNames({ tag, iidfile }: Options): void {
  if (tag) warn('-t is ignored: with -o no image is made');
  if (iidfile !== undefined)
    throw new UserError('--iidfile and -o: no image is made, so there is no ID', 1, 'Leave one out.');
}

/** What is asked for beside the files. */
function givenOf(options: Options): Omit<BuildRequest, 'dockerfile' | 'context'> {
  return {
    target: options.target,
    contexts: readContexts(options.buildContext ?? []),
    cache: options.cache && (options.cacheFilter === true ? [] : options.cacheFilter),
    secrets: readSecrets(options.secret ?? [], options.ssh ?? []),
    args: argumentsOf(options.buildArg ?? []),
    labels: new Map((options.label ?? []).map(pairOf)),
    run: runOptionsOf(options),
  };
}

function fetching(shown: Shown | undefined, signal: AbortSignal): Fetch {
  return async (name, alike) => {
    try {
      return (await pullTold(parseReference(name), shown, { signal })).image;
    } catch (error) {
      throw error instanceof UserError && !signal.aborted ? unknownHere(name, error, alike) : error;
    }
  };
}

/** Undefined after Ctrl-C. What a step printed before it failed is shown where it was not. */
async function untilAborted(
  { aborted, output }: { aborted: AbortSignal; output: BuildOutput },
  work: () => Promise<number>,
): Promise<number | undefined> {
  try {
    return await work();
  } catch (error) {
    if (aborted.aborted) return undefined;
    output.failed();
    throw error;
  }
}

function nameAll(image: Image, names: readonly string[]): void {
  if (names.length === 0) nameImage(image.descriptor);
  for (const name of names) {
    nameImage(image.descriptor, name);
    tellImage('tag', image, name);
  }
}

function tellBuilt({ id }: Image, names: readonly string[], isQuiet: boolean): void {
  const built = `Successfully built ${id.slice('sha256:'.length).slice(0, 12)}\n`;
  const tagged = names.map((name) => `Successfully tagged ${familiarName(name)}\n`);
  print(isQuiet ? `${id}\n` : [built, ...tagged].join(''));
}

function checkProgress({ progress = 'auto' }: Options): void {
  if (!['auto', 'plain', 'tty'].includes(progress))
    throw new UserError(`invalid progress mode ${progress}`, 1, 'auto, plain or tty');
}

function tagName(given: string): string {
  const reference = parseReference(given);
  if (reference.digest === undefined) return fullName(reference);
  throw new UserError(`invalid tag ${JSON.stringify(given)}: a digest follows from the content`, 1, 'NAME[:TAG]');
}

/** `NAME` alone has the value that it has here; where it has none, it is as if it were not given. */
function argumentsOf(given: readonly string[]): Map<string, string> {
  return new Map(
    given.flatMap((one) => {
      const [name, value] = pairOf(one);
      const own = one.includes('=') ? value : process.env[name];
      return own === undefined ? [] : [[name, own] as const];
    }),
  );
}

function pairOf(given: string): readonly [name: string, value: string] {
  const [name = ''] = given.split('=', 1);
  return [name, given.slice(name.length + 1)];
}
