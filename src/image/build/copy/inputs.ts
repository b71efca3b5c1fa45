import type { CopyPlan, Planned } from './planned.js';

/** All that a layer of COPY depends on: what each file is in the image, without its time, by its name in the source. */
export function copyInputs({ members, archives }: CopyPlan): Record<string, string> {
  const files = members.map((one) => [one.from ?? one.entry.name, describe(one)] as const);
  const unpacked = archives.map(({ from, to, sha256 }) => [from, `unpacked in ${to}: ${sha256}`] as const);
  return Object.fromEntries([...files, ...unpacked]);
}

/** The name counts, too: a file that is renamed under a pattern is another (moby/buildkit#2008). */
function describe({ entry, sha256 }: Planned): string {
  const { name, type, mode, uid, gid, linkName } = entry;
  const attributes = [...entry.attributes].map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`);
  return JSON.stringify([name, type, mode, uid, gid, sha256 ?? linkName, ...attributes]);
}
