import dockerignore from '@balena/dockerignore';

/** What .dockerignore leaves out of a context: it is not .gitignore, a pattern starts at the root, and the last that matches decides. */
export class Ignore {
  readonly #lines: readonly string[];
  readonly #ignore: ReturnType<typeof dockerignore.default>;
  /** For each exception the names of its path up to the first that is a pattern: a directory on this way is entered. */
  readonly #exceptions: readonly (readonly string[])[];

  /** `file` is how errors call it. */
  constructor(
    text: string,
    readonly file: string,
  ) {
    this.#lines = text
      .replace(/^\uFEFF/, '')
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    this.#ignore = dockerignore.default({ ignorecase: false }).add(this.#lines.map(withoutOperators));
    this.#exceptions = this.#lines.filter((line) => line.startsWith('!')).map(fixedNames);
  }

  /** Whether a path below the context's root is left out. */
  ignores(path: string): boolean {
    return path !== '' && this.#ignore.ignores(path);
  }

  /** Whether something below a directory that is left out may be in the context all the same. Elsewhere its files need not be looked at. */
  mayHaveExceptions(directory: string): boolean {
    const names = directory.split('/');
    return this.#exceptions.some((fixed) => fixed.every((name, i) => names[i] === undefined || names[i] === name));
  }

  /** The line that leaves a path out, for errors. */
  lineFor(path: string): string | undefined {
    return this.#lines.findLast(
      (line) =>
        !line.startsWith('!') && dockerignore.default({ ignorecase: false }).add(withoutOperators(line)).ignores(path),
    );
  }
}

/** The package makes a regular expression of a pattern, and leaves these as they are; they mean nothing to Docker. */
function withoutOperators(line: string): string {
  return line.replace(/\\.|[+(){}|^]/g, (found, at: number) =>
    found.length > 1 || (found === '^' && line[at - 1] === '[') ? found : `\\${found}`,
  );
}

function fixedNames(line: string): string[] {
  const names = line
    .slice(1)
    .trim()
    .split('/')
    .filter((name) => name !== '' && name !== '.');
  const pattern = names.findIndex((name) => /[*?[\\]/.test(name));
  return pattern < 0 ? names : names.slice(0, pattern);
}
