/** A "flat keyed" file such as `cpu.stat`: one `key value` a line. */
export function parseFlatKeyed(text: string): Record<string, number> {
  const rows = text.split('\n').filter((line) => line !== '');
  return Object.fromEntries(rows.map(parseRow));
}

function parseRow(line: string): [string, number] {
  const [key, value, ...rest] = line.split(' ');
  const number = Number(value);
  if (key === undefined || value === undefined || rest.length > 0 || Number.isNaN(number)) {
    throw new Error(`not a "key value" line of a flat keyed cgroup file: ${JSON.stringify(line)}`);
  }
  return [key, number];
}

/** The pids of a `cgroup.procs`. The kernel writes 0 for a process that our pid namespace does not show. */
export function parsePids(text: string): number[] {
  return words(text).map(Number);
}

/** The words of a line such as `cgroup.controllers`. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The CPUs of a list such as `0-2,5`, in the kernel's format (cpuset(7), "Formats"); null where it is none. */
export function parseCpuList(text: string): number[] | null {
  const ranges = text.trim().split(',').map(parseCpuRange);
  return ranges.every((range) => range !== null) ? ranges.flat() : null;
}

function parseCpuRange(text: string): number[] | null {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return null;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : null;
}
