import type { Place } from './place.js';

/** What is run: a line for a shell, or the words of a program. */
export type CommandForm = { readonly shell: string } | { readonly exec: readonly string[] };

/** Of RUN, too: the content of a program that begins with `#!`. */
export type RunForm = CommandForm | { readonly script: string };

/** A pair as written. */
export type Pair = readonly [name: string, value: string];

/** An instruction that is read, but whose variables are not put in. */
export type Instruction = {
  readonly at: Place;
  /** All of it in one line, with the keyword in capitals: how it is shown. */
  readonly text: string;
} & Kinds;

export type Kinds =
  | { readonly kind: 'FROM'; readonly image: string; readonly alias: string | undefined; readonly platform?: string }
  | { readonly kind: 'ARG'; readonly names: readonly (readonly [name: string, value: string | undefined])[] }
  | { readonly kind: 'ENV' | 'LABEL'; readonly pairs: readonly Pair[] }
  | {
      readonly kind: 'RUN';
      readonly command: RunForm;
      readonly mounts: readonly string[];
      readonly network?: string;
    }
  | { readonly kind: 'CMD' | 'ENTRYPOINT'; readonly command: CommandForm }
  | Copy
  /** Of ONBUILD the value is an instruction, as written. */
  | { readonly kind: 'WORKDIR' | 'USER' | 'STOPSIGNAL' | 'MAINTAINER' | 'ONBUILD'; readonly value: string }
  | { readonly kind: 'EXPOSE' | 'VOLUME' | 'SHELL'; readonly words: readonly string[] }
  | {
      readonly kind: 'HEALTHCHECK';
      readonly command: CommandForm | undefined;
      readonly times: ReadonlyMap<string, string>;
    };

export interface Copy {
  readonly kind: 'COPY' | 'ADD';
  readonly sources: readonly string[];
  /** Files that stand in the Dockerfile itself. */
  readonly contents: readonly { readonly name: string; readonly text: string; readonly isExpanded: boolean }[];
  readonly destination: string;
  readonly from?: string;
  readonly chown?: string;
  readonly chmod?: string;
  /** Each source keeps the directories that it is in. */
  readonly parents: boolean;
  /** Patterns of what is left out of it. */
  readonly exclude: readonly string[];
  /** ADD unpacks archives; undefined: those of the context, and none from a URL. */
  readonly unpack: boolean | undefined;
  /** What a file from a URL has to be. */
  readonly checksum?: string;
}

/** Instructions of one kind. */
export type Of<Kind extends Kinds['kind']> = Instruction & { readonly kind: Kind };
