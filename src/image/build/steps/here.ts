import { posix } from 'node:path';
import type { Ids } from '../../../kernel/files/copy-file.js';
import type { ImageSettings } from '../../manifest.js';
import { timeOfMaking } from '../../source-date.js';
import type { Source } from '../context/source.js';
import type { Instruction } from '../dockerfile/instructions.js';
import type { Place } from '../dockerfile/place.js';
import { type Draft, directoriesOf } from '../draft.js';
import type { BuildHost, RunOptions, Tell } from '../host.js';
import type { Scope } from '../scope.js';
import type { Secrets } from '../secrets.js';
import { expanded } from '../stages.js';
import type { Steps } from './steps.js';

/** What all instructions of a build have around them. */
export interface Surroundings {
  readonly host: BuildHost;
  readonly tell: Tell;
  readonly steps: Steps;
  readonly aborted: AbortSignal;
  readonly secrets: Secrets;
  readonly run: RunOptions;
  /** Files of the context, of a stage above, or of an image by its name. */
  sourceOf(from: string | undefined, at: Place): Promise<Source>;
}

/** What an instruction finds: the image so far, and the variables. */
export interface Here {
  readonly draft: Draft;
  readonly scope: Scope;
  readonly around: Surroundings;
}

/** Puts variables into a word. Throws DockerfileError. */
export function expandHere(word: string, { at }: Instruction, { draft, scope }: Here): string {
  return expanded(word, scope.expansion(draft.settings), at);
}

/** The same for a here-document. */
export function expandText(text: string, { at }: Instruction, { draft, scope }: Here): string {
  return expanded(text, { ...scope.expansion(draft.settings), keepsQuotes: true }, at);
}

/** A path as the working directory makes it absolute. A slash at the end is kept: it means something to COPY. */
export function absolute(path: string, { WorkingDir }: ImageSettings): string {
  return posix.join('/', path.startsWith('/') ? '' : WorkingDir || '/', path);
}

/** The time of directories that are made, in nanoseconds since 1970. */
export function now(): bigint {
  return BigInt(Date.parse(timeOfMaking())) * 1_000_000n;
}

/** Who `NAME[:GROUP]` is in the image. Without a group it is that of the user, or of the same number, as with BuildKit. */
export function ownerNamed(given: string, { draft, around }: Here): Ids {
  return around.host.ownerOf(/^\d+$/.test(given) ? `${given}:${given}` : given, directoriesOf(draft));
}
