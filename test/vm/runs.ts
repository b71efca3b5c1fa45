/** A command that ran in the machine. */
export interface Run {
  /** Undefined where the machine stopped before the command ended. */
  readonly status: number | undefined;
  /** What it printed, on both streams. */
  readonly output: string;
}

/** The runs, by name, in what the machine sent: `@@@ begin NAME`, the output, `@@@ end NAME STATUS`. */
export function parseRuns(text: string): Map<string, Run> {
  const [, ...parts] = text.replaceAll('\r', '').split(/^@@@ begin /m);
  return new Map(parts.map(parseRun));
}

function parseRun(part: string): [name: string, run: Run] {
  const [name = ''] = part.split('\n', 1);
  const [output = '', status] = part.slice(name.length + 1).split(`@@@ end ${name} `);
  return [name, { output, status: status === undefined ? undefined : Number.parseInt(status, 10) }];
}
