/** An overlay: read-only directories stacked on each other, and one that takes what is written. */
export interface Overlay {
  /** Absolute paths, the top-most first. */
  readonly lower: readonly string[];
  /** Takes what is written. Without it the overlay is read-only. */
  readonly upper?: string | undefined;
  /** Where overlayfs prepares what will go into upper: an empty directory on the same filesystem. */
  readonly work?: string | undefined;
  /** The mount point: where the union is seen. */
  readonly target: string;
  /** False: in a user namespace, where overlayfs may write user.* attributes only, not trusted.* (Linux 5.11). */
  readonly privileged: boolean;
  /** Options other than paths; {@link PLAIN} where none are given. */
  readonly options?: readonly string[];
}

/**
 * What Docker relies on: upper holds files, whiteouts and opaque directories, and nothing else, so that it can be
 * read as a list of changes. Some kernels are built with other defaults.
 */
export const PLAIN = ['index=off', 'redirect_dir=nofollow'];

// #region options
/** The options of an overlay in one line, as mount(2) and `mount -o` take them. */
export function overlayOptions(overlay: Overlay): string {
  return settings(overlay).map(asOption).join(',');
}

/** A colon ends a layer, a comma ends an option: a path that contains them needs a backslash, and so does a backslash. */
export function escapePath(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}
// #endregion

/** One option: a flag has no value. */
type Setting = readonly [key: string, value?: string];

function settings(overlay: Overlay): Setting[] {
  return [['lowerdir', overlay.lower.map(escapePath).join(':')], ...writableLayer(overlay), ...rest(overlay)];
}

/** Upper and work; none for an overlay that is read-only. */
export function writableLayer({ upper, work }: Overlay): Setting[] {
  if (upper === undefined || work === undefined) return [];
  return [
    ['upperdir', escapePath(upper)],
    ['workdir', escapePath(work)],
  ];
}

/** The options that are not paths. */
export function rest({ options = PLAIN, privileged }: Overlay): Setting[] {
  const all = privileged ? options : [...options, 'userxattr'];
  return all.map((option) => option.split('=', 2) as [string, string?]);
}

function asOption([key, value]: Setting): string {
  return value === undefined ? key : `${key}=${value}`;
}

/** Layers as /proc/PID/mountinfo names them. */
export interface Layers {
  readonly lower: readonly string[];
  readonly upper: string | undefined;
  readonly work: string | undefined;
}

/** Takes the options of an overlay apart again: those of the filesystem, the last field of a line of mountinfo. */
export function parseLayers(superOptions: readonly string[]): Layers {
  const values = (key: string) =>
    superOptions.filter((option) => option.startsWith(`${key}=`)).map((option) => option.slice(key.length + 1));
  const joined = values('lowerdir').flatMap(splitLayers);
  // Layers that were added one by one (fsconfig) are shown one by one, and not escaped.
  const lower = [...joined, ...values('lowerdir+')];
  const [upper, work] = [values('upperdir')[0], values('workdir')[0]];
  return { lower, upper: upper && unescapePath(upper), work: work && unescapePath(work) };
}

/** At each colon without a backslash before it. */
function splitLayers(value: string): string[] {
  return (value.match(/(?:\\.|[^:\\])+/g) ?? []).map(unescapePath);
}

function unescapePath(path: string): string {
  return path.replace(/\\(.)/g, '$1');
}
