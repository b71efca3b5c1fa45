import { nearest } from '../../../state/nearest.js';
import { DockerfileError, type Place } from './place.js';
import { splitWords } from './words.js';

/** Flags of each instruction, `name` alone or `name=`. */
const FLAGS: Partial<Record<string, readonly string[]>> = {
  FROM: ['platform='],
  RUN: ['mount=', 'network=', 'security='],
  COPY: ['from=', 'chown=', 'chmod=', 'link', 'parents', 'exclude='],
  ADD: ['chown=', 'chmod=', 'link', 'exclude=', 'unpack', 'checksum=', 'keep-git-dir'],
  HEALTHCHECK: ['interval=', 'timeout=', 'start-period=', 'start-interval=', 'retries='],
};

/** The flags that stand first, by their names, and what is behind them. A flag may be given several times. */
export interface Flagged {
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly rest: string;
}

/** Throws DockerfileError for a flag that the instruction does not have. */
export function takeFlags(keyword: string, text: string, { at, mark }: { at: Place; mark: string }): Flagged {
  const flags = new Map<string, string[]>();
  let rest = text;
  for (let word = firstFlag(rest, mark); word !== undefined; word = firstFlag(rest, mark)) {
    rest = rest.slice(word.length).trimStart();
    if (word === '--') break;
    const [, name = '', value] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
    checkFlag(keyword, { name, value }, at);
    flags.set(name, [...(flags.get(name) ?? []), value ?? '']);
  }
  return { flags, rest };
}

function firstFlag(text: string, mark: string): string | undefined {
  return text.startsWith('--') ? splitWords(text, mark)[0] : undefined;
}

function checkFlag(keyword: string, { name, value }: { name: string; value: string | undefined }, at: Place): void {
  const known = FLAGS[keyword] ?? [];
  if (known.includes(`${name}=`)) {
    if (value) return;
    throw new DockerfileError(at, `--${name} of ${keyword} has no value`, `--${name}=VALUE`);
  }
  if (known.includes(name) && ['true', 'false', undefined].includes(value)) return;
  const names = known.map((one) => `--${one.replace('=', '')}`);
  const like = nearest(`--${name}`, names);
  const allowed = names.length > 0 ? `${keyword} has ${names.join(', ')}.` : `${keyword} has no flags.`;
  throw new DockerfileError(at, `unknown flag: --${name}${like ? ` (did you mean ${like}?)` : ''}`, allowed);
}
