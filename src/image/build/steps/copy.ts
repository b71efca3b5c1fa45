import { UserError } from '../../../kernel/errors/user-error.js';
import { Layers } from '../../../rootfs/layers.js';
import { latestTime, layerOf } from '../../store/commit-layer.js';
import { Ignore } from '../context/ignore.js';
import { Destination } from '../copy/destination.js';
import { copyEvents } from '../copy/events.js';
import { copyInputs } from '../copy/inputs.js';
import { tellLarge } from '../copy/large.js';
import { parseChmod } from '../copy/mode.js';
import { type CopyRequest, planCopy } from '../copy/plan.js';
import type { Copy, Instruction } from '../dockerfile/instructions.js';
import { refuseRepository } from '../dockerfile/refuse.js';
import { type Draft, diffIdsOf, directoriesOf } from '../draft.js';
import { fetchSources, refuseChecksum } from '../fetch/sources.js';
import { isUrl, withoutPassword } from '../fetch/url.js';
import { absolute, expandHere, expandText, type Here, now, ownerNamed } from './here.js';
import { withScratch } from './scratch.js';

/** COPY and ADD. */
export async function takeCopy(instruction: Instruction & Copy, here: Here): Promise<Draft> {
  const { urls, ...request } = requestOf(instruction, here);
  const { checksum } = instruction;
  const wanted = { urls, checksum: checksum === undefined ? undefined : expandHere(checksum, instruction, here) };
  refuseChecksum(wanted, request.given.length);
  if (urls.length === 0) return await copied({ ...request, fetched: [] }, instruction, here);
  return await withScratch(async (scratch) => {
    const fetched = await fetchSources(wanted, scratch, here.around);
    return await copied({ ...request, fetched }, instruction, here);
  });
}

/** A request, and its sources as they are given. */
type Request = CopyRequest & { readonly given: readonly string[] };

async function copied(request: Request, instruction: Instruction & Copy, here: Here): Promise<Draft> {
  const { draft, around } = here;
  const layers = directoriesOf(draft);
  const source = await around.sourceOf(instruction.from, instruction.at);
  using files = new Layers(layers);
  const destination = new Destination(files, request);
  const plan = await planCopy(request, source, destination);
  for (const path of plan.leftOut)
    around.tell({ kind: 'warning', text: `${path} is left out: it is no file, directory or link` });
  const large = instruction.from === undefined ? tellLarge(plan) : undefined;
  if (large !== undefined) around.tell({ kind: 'warning', text: large });
  return await around.steps.take(draft, {
    text: `${instruction.kind} ${[...request.given.map(withoutPassword), ...namesOf(request), request.destination].join(' ')}`,
    settings: {},
    inputs: copyInputs(plan),
    after: draft.settings,
    make: async () => {
      const events = copyEvents(plan, { destination, latest: latestTime() });
      const { notes, ...layer } = await layerOf(events, diffIdsOf(draft), around.aborted);
      for (const text of notes) around.tell({ kind: 'warning', text });
      return layer;
    },
  });
}

function namesOf({ contents }: CopyRequest): string[] {
  return contents.map(({ name }) => `<<${name}`);
}

function requestOf(instruction: Instruction & Copy, here: Here): Omit<Request, 'fetched'> & { urls: string[] } {
  const { sources, contents, destination, chown, chmod, exclude } = instruction;
  const expand = (word: string) => expandHere(word, instruction, here);
  const given = sources.map(expand).filter((one) => one !== '');
  if (given.length + contents.length === 0)
    throw new UserError(
      `${instruction.kind} has no source: ${sources.join(' ')} is empty here`,
      1,
      'ARG NAME=VALUE in this stage, or --build-arg NAME=VALUE with ARG NAME.',
    );
  const urls = given.filter(isUrl);
  if (urls[0] !== undefined && instruction.kind === 'COPY')
    throw new UserError(`source can't be a URL for COPY: ${urls[0]}`, 1, `ADD ${urls[0]} ${destination}`);
  for (const one of instruction.kind === 'ADD' ? given : []) refuseRepository(one, instruction.at);
  return {
    ...{ given, urls, sources: given.filter((one) => !urls.includes(one)) },
    parents: instruction.parents,
    unpack: instruction.unpack,
    exclude: new Ignore(exclude.map(expand).join('\n'), '--exclude'),
    contents: contents.map(({ name, text, isExpanded }) => ({
      name,
      text: isExpanded ? expandText(text, instruction, here) : text,
    })),
    destination: absolute(expand(destination), here.draft.settings),
    owner: chown === undefined ? undefined : ownerNamed(expand(chown), here),
    mode: chmod === undefined ? undefined : parseChmod(expand(chmod)),
    now: now(),
  };
}
