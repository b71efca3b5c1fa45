import { UserError } from '../../kernel/errors/user-error.js';
import type { Image } from '../store/images.js';
import type { Instruction, Of } from './dockerfile/instructions.js';
import { parseDockerfile } from './dockerfile/parse.js';
import { DockerfileError, type Place } from './dockerfile/place.js';
import { type Draft, draftOf } from './draft.js';
import { refuseOtherPlatform } from './platform.js';
import type { Scope } from './scope.js';
import type { Stage } from './stages.js';
import { takeCopy } from './steps/copy.js';
import { expandHere, type Here, type Surroundings } from './steps/here.js';
import { applyMetadata } from './steps/metadata.js';
import { takeRun } from './steps/run.js';
import { takeWorkdir } from './steps/workdir.js';

/** What a stage has around it beside. */
export interface StageSurroundings extends Surroundings {
  /** Stages that are built. */
  readonly built: ReadonlyMap<number, Draft>;
  /** An image that a stage begins with. */
  imageOf(name: string): Promise<Image>;
  /** Names of ARG, to which those of ONBUILD are added. */
  readonly declared: Set<string>;
  /** Called before each instruction. Throws where the build is to end. */
  next(text: string): void;
}

/** Builds one stage, instruction by instruction. */
export class StageBuild {
  readonly #stage: Stage;
  readonly #scope: Scope;
  readonly #around: StageSurroundings;
  #hasCmd = false;

  constructor(stage: Stage, scope: Scope, around: StageSurroundings) {
    this.#stage = stage;
    this.#scope = scope;
    this.#around = around;
  }

  /** The image so far, behind the last instruction. Throws DockerfileError. */
  async run(): Promise<Draft> {
    const { from, instructions } = this.#stage;
    this.#around.next(from.text);
    let draft = await this.#pullTriggers(await explaining(from, () => this.#begin()));
    for (const instruction of instructions) {
      this.#around.next(instruction.text);
      draft = await this.#carryOut(instruction, draft);
    }
    return draft;
  }

  /** Carries out ONBUILD of the image below, which is gone then. */
  async #pullTriggers(base: Draft): Promise<Draft> {
    let draft: Draft = { ...base, settings: { ...base.settings, OnBuild: undefined } };
    for (const trigger of triggersOf(base.settings, this.#stage.from.at)) {
      this.#around.tell({ kind: 'trigger', text: trigger.text });
      draft = await this.#carryOut(trigger, draft);
    }
    return draft;
  }

  async #begin(): Promise<Draft> {
    const { base, from } = this.#stage;
    const nothing = { draft: draftOf(undefined), scope: this.#scope, around: this.#around };
    if (from.platform !== undefined) refuseOtherPlatform(expandHere(from.platform, from, nothing));
    if (base === 'scratch') return nothing.draft;
    if ('stage' in base) return this.#around.built.get(base.stage) as Draft;
    return draftOf(await this.#around.imageOf(base.image));
  }

  #carryOut(instruction: Instruction, draft: Draft): Promise<Draft> {
    const here = { draft, scope: this.#scope, around: this.#around };
    return explaining(instruction, () => this.#take(instruction, here));
  }

  #take(instruction: Instruction, here: Here): Promise<Draft> {
    switch (instruction.kind) {
      case 'ARG':
        return this.#declare(instruction, here);
      case 'RUN':
        return takeRun(instruction, here);
      case 'COPY':
      case 'ADD':
        return takeCopy(instruction, here);
      case 'WORKDIR':
        return takeWorkdir(instruction, here);
      default:
        return this.#describe(instruction, here);
    }
  }

  #declare(instruction: Of<'ARG'>, here: Here): Promise<Draft> {
    const words = instruction.names.map(([name, value]) => {
      const own = this.#scope.declare(name, value === undefined ? undefined : expandHere(value, instruction, here));
      this.#around.declared.add(name);
      return own === undefined ? name : `${name}=${own}`;
    });
    const { settings } = here.draft;
    return this.#around.steps.take(here.draft, { text: `ARG ${words.join(' ')}`, settings, after: settings });
  }

  #describe(instruction: Instruction, here: Here): Promise<Draft> {
    const { draft } = here;
    const expand = (word: string) => expandHere(word, instruction, here);
    const { text, settings } = applyMetadata(instruction, draft.settings, { expand, hasCmd: this.#hasCmd });
    if (instruction.kind === 'CMD') this.#hasCmd = true;
    if ('command' in instruction && looksLikeJson(instruction.command))
      this.#around.tell({ kind: 'warning', text: `${instruction.text} is no JSON: a shell gets it (words are in ")` });
    const author = instruction.kind === 'MAINTAINER' ? { author: instruction.value } : {};
    return this.#around.steps.take({ ...draft, ...author }, { text, settings: draft.settings, after: settings });
  }
}

function looksLikeJson(command: Of<'CMD'>['command'] | Of<'RUN'>['command'] | undefined): boolean {
  return command !== undefined && 'shell' in command && /^\[\s*["'\w]/.test(command.shell);
}

/** They are shown where FROM stands: the image's own Dockerfile is not here. Throws DockerfileError. */
function triggersOf({ OnBuild = [] }: Draft['settings'], at: Place): Instruction[] {
  return OnBuild.flatMap((text) => {
    const here = { ...at, source: [`${at.source.join(' ')}  # ONBUILD ${text}`] };
    return parseDockerfile(text, at.file).instructions.map((one) => ({ ...one, at: here }));
  });
}

/** What went wrong with an instruction, with its lines. */
async function explaining<T>({ at }: Instruction, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DockerfileError || !(error instanceof UserError)) throw error;
    throw new DockerfileError(at, error.message, error.remedy);
  }
}
