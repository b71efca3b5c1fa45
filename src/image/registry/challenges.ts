/** What a server asks for, in its header WWW-Authenticate (RFC 9110, 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const SCHEME = /[\s,]*([A-Za-z][\w-]*)(?=[\s,]|$)/y;
const PARAMETER = /[\s,]*([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;
/** In the place of parameters: `Negotiate YII=`. */
const TOKEN = /\s*[\w.~+/-]+=*(?=\s*(?:,|$))/y;

/** Parses the header; several of them, joined by commas, are one. What cannot be read ends it. */
export function parseChallenges(header: string): Challenge[] {
  const challenges: Challenge[] = [];
  let at = 0;
  const next = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(header);
    if (match) at = pattern.lastIndex;
    return match;
  };
  for (let scheme = next(SCHEME); scheme; scheme = next(SCHEME)) {
    const parameters: Record<string, string> = {};
    for (let found = next(PARAMETER); found; found = next(PARAMETER)) {
      const [, name = '', quoted, plain = ''] = found;
      parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    }
    if (Object.keys(parameters).length === 0 && !/^\s*(?:,|$)/.test(header.slice(at))) next(TOKEN);
    challenges.push({ scheme: (scheme[1] as string).toLowerCase(), parameters });
  }
  return challenges;
}
