import { UserError } from '../../kernel/errors/user-error.js';
import { randomHex } from '../../kernel/random.js';

const ADJECTIVES =
  'agile bold brave bright calm candid clever cosmic eager earnest fair gentle happy hardy humble jolly keen kind lively lucid merry modest nimble noble patient plucky proud quick quiet serene sharp steady sunny tender tidy vivid warm wise witty zesty'.split(
    ' ',
  );

/** People to whom operating systems, networks and their languages owe something. */
const SURNAMES =
  'allen backus baran cerf codd cox dijkstra engelbart floyd goldberg hamilton hamming hoare holberton hopper joy kay keller kernighan kilburn knuth lamport liskov lovelace mccarthy mcilroy noether ousterhout perlman postel ritchie shannon stallman strachey sutherland tanenbaum thompson torvalds turing wirth'.split(
    ' ',
  );

/** Docker's rule (moby, RestrictedNamePattern). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** 64 hexadecimal digits that nothing else has. */
export function randomId(): string {
  return randomHex(32);
}

/** `adjective_surname`; from the second attempt on with a digit, since the one before was taken. */
export function randomName(attempt = 0): string {
  const below = (limit: number) => Math.floor(Math.random() * limit);
  const pick = (words: readonly string[]) => words[below(words.length)] as string;
  const digits = attempt === 0 ? '' : String(below(10 ** attempt));
  return `${pick(ADJECTIVES)}_${pick(SURNAMES)}${digits}`;
}

/** Returns the name, if a container can have it; otherwise throws UserError (2). */
export function checkContainerName(name: string): string {
  const plain = name.replace(/^\//, '');
  if (NAME.test(plain) && plain.length <= 255) return plain;
  const allowed = 'only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed, two or more of them';
  throw new UserError(`Invalid container name (${name}), ${allowed}.`, 2);
}

/** Returns the host name, if the kernel and others accept it; otherwise throws UserError (2). A domain's name is of the same kind. */
export function checkHostname(name: string, what: 'hostname' | 'domainname' = 'hostname'): string {
  if (/^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?$/.test(name) && name.length <= 64) return name;
  const allowed = `letters, digits, - and . inside, at most 64 (set${what}(2))`;
  throw new UserError(`invalid ${what}: ${JSON.stringify(name)}`, 2, `Allowed: ${allowed}.`);
}
