/** An entry of a root filesystem to be built, at an absolute path inside. The plan of a root filesystem is a list of these. */
export type Entry =
  | { readonly kind: 'directory'; readonly path: string; readonly mode: number }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  /** A copy of a file of the host. Never a hard link: a lab that writes into it would write into the host's. */
  | { readonly kind: 'copy'; readonly path: string; readonly from: string }
  | { readonly kind: 'text'; readonly path: string; readonly text: string; readonly mode: number };

/** Each path once: of several entries with the same path the first counts. */
export function withoutRepeats(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) if (!byPath.has(entry.path)) byPath.set(entry.path, entry);
  return [...byPath.values()];
}

/** What a root filesystem can be made of. */
export interface Source {
  /** For people: `busybox`. */
  readonly origin: string;
  /** Files of the host that it is made of: where one of them changes, it is built anew. */
  readonly files: readonly string[];
  /** Lists what to build. Throws a UserError (3) where these files cannot be used. */
  plan(): Entry[];
}
