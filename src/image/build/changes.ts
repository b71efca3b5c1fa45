import { UserError } from '../../kernel/errors/user-error.js';
import type { ImageSettings } from '../manifest.js';
import type { Instruction } from './dockerfile/instructions.js';
import { parseDockerfile } from './dockerfile/parse.js';
import { DockerfileError } from './dockerfile/place.js';
import { expanded } from './stages.js';
import { absolute } from './steps/here.js';
import { applyMetadata, type Expand } from './steps/metadata.js';
import { variablesOf } from './steps/settings.js';

/** What `--change` may say (moby, builder/dockerfile/builder.go, validCommitCommands). */
const ALLOWED: readonly string[] = [
  ...['CMD', 'ENTRYPOINT', 'ENV', 'EXPOSE', 'HEALTHCHECK', 'LABEL', 'ONBUILD'],
  ...['STOPSIGNAL', 'USER', 'VOLUME', 'WORKDIR'],
];

/** What instructions make of an image's settings. */
export type Change = (settings: ImageSettings) => ImageSettings;

/**
 * Reads instructions of a Dockerfile that change no file, each as one of `--change`. Variables are those of the settings that are changed.
 * Throws DockerfileError for any other instruction; so does the change for a word that cannot be read.
 */
export function parseChanges(given: readonly string[]): Change {
  if (given.length === 0) return (settings) => settings;
  given.forEach(refuseEmpty);
  const { mark, instructions } = parseDockerfile(given.join('\n'), '--change');
  instructions.forEach(refuseOthers);
  return (settings) =>
    instructions.reduce((before, instruction, i) => {
      const hasCmd = instructions.slice(0, i).some(({ kind }) => kind === 'CMD');
      return changed(before, instruction, { mark, hasCmd });
    }, settings);
}

function refuseEmpty(text: string): void {
  if (text.trim() === '') throw new UserError('--change is empty', 1, "Such as: --change 'ENV NAME=VALUE'");
}

function refuseOthers({ kind, at }: Instruction): void {
  if (ALLOWED.includes(kind)) return;
  throw new DockerfileError(at, `${kind} is not a valid change command`, `These are: ${ALLOWED.join(', ')}.`);
}

function changed(
  settings: ImageSettings,
  instruction: Instruction,
  { mark, hasCmd }: { mark: string; hasCmd: boolean },
): ImageSettings {
  const variables = variablesOf(settings);
  const expand: Expand = (word) => expanded(word, { lookUp: (name) => variables.get(name), mark }, instruction.at);
  if (instruction.kind !== 'WORKDIR') return applyMetadata(instruction, settings, { expand, hasCmd }).settings;
  return { ...settings, WorkingDir: absolute(expand(instruction.value), settings) };
}
