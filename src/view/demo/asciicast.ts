// asciicast v2: a header, then an event a line, all of it JSON. https://docs.asciinema.org/manual/asciicast/v2/

export interface CastHeader {
  readonly columns: number;
  readonly rows: number;
  readonly title: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly term: string;
}

/** The first line of a recording. */
export function castHeader({ columns, rows, title, timestamp, term }: CastHeader): string {
  return `${JSON.stringify({ version: 2, width: columns, height: rows, timestamp, title, env: { TERM: term } })}\n`;
}

/** One line: what was written (`o`), a marker to jump to (`m`), or another size (`r`), so many seconds after the start. */
export function castEvent(seconds: number, kind: 'o' | 'm' | 'r', data: string): string {
  return `${JSON.stringify([Number(seconds.toFixed(6)), kind, data])}\n`;
}
