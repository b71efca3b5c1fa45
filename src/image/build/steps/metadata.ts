import type { ImageSettings } from '../../manifest.js';
import type { Instruction } from '../dockerfile/instructions.js';
import * as change from './settings.js';

/** What an instruction comes to that changes no file. */
export interface Metadata {
  /** With its variables put in. */
  readonly text: string;
  readonly settings: ImageSettings;
}

/** Puts variables into a word. */
export type Expand = (word: string) => string;

/** The settings behind an instruction that makes no layer. `hasCmd`: this stage has a CMD of its own. Throws UserError. */
export function applyMetadata(
  instruction: Instruction,
  settings: ImageSettings,
  { expand, hasCmd }: { expand: Expand; hasCmd: boolean },
): Metadata {
  const said = (words: readonly string[], changed: ImageSettings): Metadata => ({
    text: `${instruction.kind} ${words.join(' ')}`,
    settings: changed,
  });
  switch (instruction.kind) {
    case 'ENV':
    case 'LABEL': {
      // All values are those of before: ENV A=1 B=$A has the old A.
      const pairs = instruction.pairs.map(([name, value]) => [expand(name), expand(value)] as const);
      const words = pairs.map(([name, value]) => `${name}=${value}`);
      return said(
        words,
        instruction.kind === 'ENV' ? change.withVariables(settings, pairs) : change.withLabels(settings, pairs),
      );
    }
    case 'EXPOSE': {
      const words = instruction.words.flatMap((word) => expand(word).split(/\s+/).filter(Boolean));
      return said(words, change.withPorts(settings, words));
    }
    case 'VOLUME': {
      const words = instruction.words.map(expand);
      return said(words, change.withVolumes(settings, words));
    }
    case 'CMD':
      return shown(instruction, { ...settings, Cmd: change.commandWords(instruction.command, settings) });
    case 'ENTRYPOINT':
      return shown(
        instruction,
        change.withEntrypoint(settings, change.commandWords(instruction.command, settings), hasCmd),
      );
    case 'SHELL':
      return shown(instruction, { ...settings, Shell: instruction.words });
    case 'HEALTHCHECK':
      return shown(instruction, {
        ...settings,
        Healthcheck: change.healthcheck(instruction.command, instruction.times),
      });
    case 'USER':
      return said([expand(instruction.value)], { ...settings, User: expand(instruction.value) });
    case 'STOPSIGNAL':
      return said([expand(instruction.value)], change.withStopSignal(settings, expand(instruction.value)));
    case 'ONBUILD':
      return said([instruction.value], { ...settings, OnBuild: [...(settings.OnBuild ?? []), instruction.value] });
    case 'MAINTAINER':
      return said([instruction.value], settings);
    default:
      return shown(instruction, settings);
  }
}

function shown({ text }: Instruction, settings: ImageSettings): Metadata {
  return { text, settings };
}
