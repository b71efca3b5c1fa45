import { UserError } from '../../../kernel/errors/user-error.js';

/** Where an instruction stands. */
export interface Place {
  /** The Dockerfile, as given. */
  readonly file: string;
  /** The first and the last line, from 1 on. */
  readonly line: number;
  readonly lastLine: number;
  /** These lines as they are written. */
  readonly source: readonly string[];
}

/** A mistake in a Dockerfile, or an instruction that failed: says where, and shows the lines. */
export class DockerfileError extends UserError {
  constructor(place: Place, what: string, remedy?: string) {
    super(`${place.file}:${place.line}: ${what}`, 1, [withMargin(place), ...(remedy ? [remedy] : [])].join('\n'));
  }
}

/** The most lines that are shown of an instruction. */
const MOST_LINES = 12;

function withMargin({ line, lastLine, source }: Place): string {
  const width = String(lastLine).length;
  const shown = source.slice(0, MOST_LINES).map((text, i) => `${String(line + i).padStart(width)} | ${text}`);
  return [...shown, ...(source.length > MOST_LINES ? [`${' '.repeat(width)} | …`] : [])].join('\n');
}
