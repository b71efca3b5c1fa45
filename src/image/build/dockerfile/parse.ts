import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { type Flagged, takeFlags } from './flags.js';
import { contentOf, type Heredoc } from './heredocs.js';
import type { CommandForm, Instruction, Kinds, Pair } from './instructions.js';
import { type Logical, logicalLines } from './lines.js';
import { DockerfileError, type Place } from './place.js';
import { refuseKeepGitDir, refuseRepository, refuseSecurity } from './refuse.js';
import { parseJsonForm, splitPair, splitWords } from './words.js';

/** A Dockerfile that was read. */
export interface Dockerfile {
  readonly mark: string;
  readonly instructions: readonly Instruction[];
}

/** What is behind a keyword, and how to read it. */
interface Given extends Flagged {
  readonly keyword: string;
  readonly mark: string;
  readonly at: Place;
  readonly heredocs: readonly Heredoc[];
}

type Read = (given: Given) => Kinds;

const READERS: Readonly<Record<string, Read>> = {
  FROM: readFrom,
  ARG: readArg,
  ENV: (given) => ({ kind: 'ENV', pairs: pairsOf(given) }),
  LABEL: (given) => ({ kind: 'LABEL', pairs: pairsOf(given) }),
  RUN: readRun,
  CMD: ({ rest }) => ({ kind: 'CMD', command: commandOf(rest) }),
  ENTRYPOINT: ({ rest }) => ({ kind: 'ENTRYPOINT', command: commandOf(rest) }),
  COPY: readCopy,
  ADD: readCopy,
  WORKDIR: ({ rest }) => ({ kind: 'WORKDIR', value: rest }),
  USER: ({ rest }) => ({ kind: 'USER', value: rest }),
  STOPSIGNAL: ({ rest }) => ({ kind: 'STOPSIGNAL', value: rest }),
  MAINTAINER: ({ rest }) => ({ kind: 'MAINTAINER', value: rest }),
  EXPOSE: ({ rest, mark }) => ({ kind: 'EXPOSE', words: splitWords(rest, mark) }),
  VOLUME: ({ rest, mark }) => ({ kind: 'VOLUME', words: parseJsonForm(rest) ?? splitWords(rest, mark) }),
  SHELL: readShell,
  HEALTHCHECK: readHealthcheck,
  ONBUILD: readOnbuild,
};

/** Reads a Dockerfile; `file` is how errors call it. Throws DockerfileError, and UserError (1) for an empty one. */
export function parseDockerfile(text: string, file: string): Dockerfile {
  if (text.includes('\0'))
    throw new UserError(`${file} is no text`, 1, 'A context on standard input is an archive: tar c . | tslab build -');
  const { mark, all } = logicalLines(text, file);
  if (all.length === 0) throw new UserError(`${file} is empty: file with no instructions`, 1, 'It begins with FROM.');
  return { mark, instructions: all.map((line) => readInstruction(line, mark)) };
}

function readInstruction({ at, text, heredocs }: Logical, mark: string): Instruction {
  const [, word = '', behind = ''] = /^(\S+)\s*([\s\S]*)$/.exec(text) ?? [];
  const keyword = word.toUpperCase();
  const read = Object.hasOwn(READERS, keyword) ? READERS[keyword] : undefined;
  if (!read) throw unknown(word, at);
  const flagged = takeFlags(keyword, behind, { at, mark });
  if (flagged.rest === '') throw new DockerfileError(at, `${keyword} requires at least one argument`);
  return { at, text: `${keyword} ${behind}`, ...read({ ...flagged, keyword, mark, at, heredocs }) };
}

function unknown(word: string, at: Place): DockerfileError {
  const like = nearest(word.toUpperCase(), Object.keys(READERS));
  const guess = like ? ` (did you mean ${like}?)` : '';
  const continued = 'A line that goes on in the next ends with \\.';
  return new DockerfileError(at, `unknown instruction: ${word}${guess}`, like ? undefined : continued);
}

function readFrom({ rest, flags, mark, at }: Given): Kinds {
  const [image = '', as, alias, ...more] = splitWords(rest, mark);
  const isNamed = as?.toUpperCase() === 'AS' && alias !== undefined && more.length === 0;
  if (as !== undefined && !isNamed)
    throw new DockerfileError(at, 'FROM requires either one or three arguments', 'FROM IMAGE [AS NAME]');
  if (alias !== undefined && !/^[a-z][a-z0-9_.-]*$/i.test(alias))
    throw new DockerfileError(at, `invalid name for build stage: ${JSON.stringify(alias)}`, 'It begins with a letter.');
  const platform = lastOf(flags, 'platform');
  return { kind: 'FROM', image, alias: alias?.toLowerCase(), ...(platform && { platform }) };
}

function readArg({ rest, mark, at }: Given): Kinds {
  const names = splitWords(rest, mark).map((word) => splitPair(word) ?? ([word, undefined] as const));
  for (const [name] of names) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw new DockerfileError(at, `${JSON.stringify(name)} is no name of a variable`, 'ARG NAME or ARG NAME=VALUE');
  }
  return { kind: 'ARG', names };
}

/** `NAME=VALUE …`, or the old form: `NAME` and all that is behind it. */
function pairsOf({ keyword, rest, mark, at }: Given): Pair[] {
  const words = splitWords(rest, mark);
  if (!splitPair(words[0] ?? '')) {
    const [, name = '', value = ''] = /^(\S+)\s+([\s\S]+)$/.exec(rest) ?? [];
    if (name === '') throw new DockerfileError(at, `${keyword} must have two arguments`, `${keyword} NAME=VALUE`);
    return [[name, value]];
  }
  return words.map((word) => {
    const pair = splitPair(word);
    if (pair) return pair;
    const remedy = 'Values with blanks are in quotes: NAME="two words".';
    throw new DockerfileError(
      at,
      `Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`,
      remedy,
    );
  });
}

function readRun({ rest, flags, at, heredocs }: Given): Kinds {
  const network = lastOf(flags, 'network');
  if (network !== undefined && !['default', 'none', 'host'].includes(network))
    throw new DockerfileError(at, `unsupported network mode ${JSON.stringify(network)}`, 'default, none or host');
  refuseSecurity(lastOf(flags, 'security'), at);
  const run = { kind: 'RUN', mounts: flags.get('mount') ?? [], ...(network && { network }) } as const;
  const [first] = heredocs;
  if (!first) return { ...run, command: commandOf(rest) };
  // Among other words it is for the shell to read.
  if (rest !== first.word) return { ...run, command: { shell: rest + heredocs.map(asWritten).join('') } };
  const content = contentOf(first);
  return content.startsWith('#!') ? { ...run, command: { script: content } } : { ...run, command: { shell: content } };
}

function asWritten({ raw, name }: Heredoc): string {
  return `\n${raw}${name}`;
}

function commandOf(text: string): CommandForm {
  const exec = parseJsonForm(text);
  return exec ? { exec } : { shell: text };
}

function readCopy({ keyword, rest, flags, mark, at, heredocs }: Given): Kinds {
  const kind = keyword as 'COPY' | 'ADD';
  const words = parseJsonForm(rest) ?? splitWords(rest, mark);
  if (words.length < 2)
    throw new DockerfileError(at, `${kind} requires at least two arguments`, `${kind} SOURCE… DESTINATION`);
  const isHere = (word: string) => heredocs.some((one) => one.word === word);
  const sources = words.slice(0, -1).filter((word) => !isHere(word));
  const contents = heredocs.map((one) => ({ name: one.name, text: contentOf(one), isExpanded: one.isExpanded }));
  if (kind === 'ADD') for (const source of sources) refuseRepository(source, at);
  refuseKeepGitDir(flags, at);
  const parents = isSet(flags, 'parents', false);
  const unpack = kind === 'ADD' && !flags.has('unpack') ? undefined : isSet(flags, 'unpack', false);
  const switches = { parents, unpack, exclude: flags.get('exclude') ?? [] };
  const given = ['from', 'chown', 'chmod', 'checksum'].map((name) => [name, lastOf(flags, name)] as const);
  const named = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return { kind, sources, contents, destination: words.at(-1) as string, ...switches, ...named };
}

function readShell({ rest, at }: Given): Kinds {
  const words = parseJsonForm(rest) ?? [];
  if (words.length > 0) return { kind: 'SHELL', words };
  throw new DockerfileError(at, 'SHELL requires the arguments to be in JSON form', 'SHELL ["/bin/sh", "-c"]');
}

function readHealthcheck({ rest, flags, at }: Given): Kinds {
  const times = new Map([...flags].map(([name, values]) => [name, values.at(-1) ?? '']));
  const [, type = '', behind = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
  const isNone = type.toUpperCase() === 'NONE' && behind === '';
  if (!isNone && (type.toUpperCase() !== 'CMD' || behind === ''))
    throw new DockerfileError(at, `Unknown type ${JSON.stringify(type)} in HEALTHCHECK`, 'HEALTHCHECK CMD … or NONE');
  return { kind: 'HEALTHCHECK', command: isNone ? undefined : commandOf(behind), times };
}

/** It is read now as well: whoever builds on the image could not mend it. */
function readOnbuild({ rest, mark, at, heredocs }: Given): Kinds {
  const { kind } = readInstruction({ at, text: rest, heredocs }, mark);
  if (kind === 'FROM' || kind === 'MAINTAINER' || kind === 'ONBUILD')
    throw new DockerfileError(at, `${kind} isn't allowed as an ONBUILD trigger`, 'Such as: ONBUILD COPY . /app');
  return { kind: 'ONBUILD', value: [rest, ...heredocs.map(asWritten)].join('') };
}

function isSet(flags: Flagged['flags'], name: string, usual: boolean): boolean {
  const value = lastOf(flags, name);
  return value === undefined ? usual : value !== 'false';
}

function lastOf(flags: Flagged['flags'], name: string): string | undefined {
  return flags.get(name)?.at(-1);
}
