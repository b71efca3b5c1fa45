import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { buildHost, type Fetch } from '../../../container/build/host.js';
import { asOwnRoot } from '../../../container/users/again-as-root.js';
import { build } from '../../../image/build/builder.js';
import { Ignore } from '../../../image/build/context/ignore.js';
import { openSource } from '../../../image/build/context/source.js';
import { parseDockerfile } from '../../../image/build/dockerfile/parse.js';
import { familiarName, fullName, parseReference } from '../../../image/reference.js';
import { type Image, nameImage } from '../../../image/store/images.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { untilInterrupted } from '../../../terminal/interrupt.js';
import { print } from '../../../terminal/output.js';
import { collect, type Define } from '../../command.js';
import { sweepLeftovers } from '../../leftovers.js';
import { tellingErrors } from '../shared/errors.js';
import { BuildOutput } from './build-output.js';
import { readSecrets } from './build-secrets.js';
import { unknownHere } from './pull-first.js';
import { onStandardOutput, pullTold, type Shown } from './transfer.js';

/** `tslab build` */
export const define: Define = (command, choose) =>
  command
    .description('Build an image from a Dockerfile and the files of a directory, its context.')
    .argument('<context>', 'a directory: COPY takes files from it, without what .dockerignore leaves out')
    .option('-t, --tag <name>', 'a name for the image: NAME[:TAG]', collect)
    .option('-f, --file <file>', 'the Dockerfile (default: Dockerfile in the context)')
    .option('--build-arg <argument>', 'NAME=VALUE for an ARG; NAME alone: the value that it has here', collect)
    .option('--target <stage>', 'build this stage, by its name or number, in the place of the last')
    .option('--no-cache', 'make each step anew')
    .option('--pull', 'fetch images of FROM anew, those that are here as well')
    .option('-q, --quiet', 'print the image ID alone')
    .option('--progress <how>', 'plain, tty or auto: each shows a line for each step, and what it prints')
    .option('--secret <secret>', 'id=NAME,src=FILE or id=NAME,env=VARIABLE, for RUN --mount=type=secret', collect)
    .option('--ssh <agent>', 'default, or NAME=SOCKET: an agent for RUN --mount=type=ssh', collect)
    .option('--iidfile <file>', 'write the image ID into this file')
    .option('--label <label>', 'KEY=VALUE, noted in the image', collect)
    .action((context: string, options: Options) =>
      choose(() =>
        tellingErrors(() =>
          asOwnRoot(() => untilInterrupted(({ aborted }) => tellingErrors(() => buildHere(context, options, aborted)))),
        ),
      ),
    );

interface Options {
  readonly tag?: readonly string[];
  readonly file?: string;
  readonly buildArg?: readonly string[];
  readonly target?: string;
  readonly cache: boolean;
  readonly pull?: true;
  readonly quiet?: true;
  readonly progress?: string;
  readonly secret?: readonly string[];
  readonly ssh?: readonly string[];
  readonly iidfile?: string;
  readonly label?: readonly string[];
}

async function buildHere(context: string, options: Options, aborted: AbortSignal): Promise<number> {
  checkProgress(options);
  const names = (options.tag ?? []).map(tagName);
  checkContext(context);
  const file = dockerfileOf(context, options.file);
  const dockerfile = parseDockerfile(readFileSync(file, 'utf8'), options.file ?? basename(file));
  sweepLeftovers();
  using source = openSource(context, ignoreOf(context, file));
  const output = new BuildOutput(options.quiet === true);
  const secrets = readSecrets(options.secret ?? [], options.ssh ?? []);
  const request = { dockerfile, context: source, target: options.target, useCache: options.cache, secrets };
  const given = { args: argumentsOf(options.buildArg ?? []), labels: new Map((options.label ?? []).map(pairOf)) };
  const named = (image: Image) => nameAll(image, names);
  const shown = options.quiet ? undefined : onStandardOutput();
  const host = buildHost(aborted, fetching(shown, aborted), options.pull);
  const image = await untilAborted(() => build({ ...request, ...given }, { host, tell: output.tell, aborted, named }), {
    aborted,
    output,
  });
  if (!image) return 1;
  if (options.iidfile !== undefined) writeFileSync(options.iidfile, image.id);
  tellBuilt(image, names, options.quiet === true);
  return 0;
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
  work: () => Promise<Image>,
  { aborted, output }: { aborted: AbortSignal; output: BuildOutput },
): Promise<Image | undefined> {
  try {
    return await work();
  } catch (error) {
    if (aborted.aborted) return undefined;
    output.failed();
    throw error;
  }
}

function nameAll({ descriptor }: Image, names: readonly string[]): void {
  if (names.length === 0) nameImage(descriptor);
  for (const name of names) nameImage(descriptor, name);
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

function checkContext(context: string): void {
  if (context === '-')
    throw new UserError(
      'a context from standard input is not read',
      1,
      'Unpack it: mkdir context && tar xf - -C context',
    );
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(context))
    throw new UserError(`the context ${context} is not fetched`, 1, 'Clone or download it, and give the directory.');
  const stats = statSync(context, { throwIfNoEntry: false });
  if (!stats) throw new UserError(`unable to prepare context: path ${JSON.stringify(context)} not found`, 1);
  if (!stats.isDirectory())
    throw new UserError(
      `unable to prepare context: ${context} is no directory`,
      1,
      `-f ${context} ${dirname(context)}`,
    );
}

/** As with docker `-f` is a path from here, and not from the context. */
function dockerfileOf(context: string, given: string | undefined): string {
  if (given === '-')
    throw new UserError('a Dockerfile from standard input is not read', 1, 'Write it into a file: -f FILE');
  const file = given ?? join(context, 'Dockerfile');
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  const directory = dirname(file);
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const like = names.find((name) => name.toLowerCase() === 'dockerfile') ?? nearest(basename(file), names);
  const remedy = like === undefined ? 'A file with FROM, COPY, RUN …' : `Did you mean -f ${join(directory, like)}?`;
  throw new UserError(`failed to read dockerfile: ${file}: no such file`, 1, remedy);
}

/** One of the Dockerfile's own comes first: `Dockerfile.dockerignore`. */
function ignoreOf(context: string, dockerfile: string): Ignore {
  const [file] = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')].filter((path) => existsSync(path));
  return new Ignore(file === undefined ? '' : readFileSync(file, 'utf8'), basename(file ?? '.dockerignore'));
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
