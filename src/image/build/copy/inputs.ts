import type { CopyPlan, Origin, Planned } from './planned.js';

/** All that a layer of COPY depends on: what each file is in the image, without its time, by its name in the source. */
export function copyInputs({ members, archives }: CopyPlan): Record<string, string> {
  const files = members.map((one) => [one.from ? nameOf(one.from) : one.entry.name, describe(one)] as const);
  const unpacked = archives.map(({ from, to, sha256 }) => [nameOf(from), `unpacked in ${to}: ${sha256}`] as const);
  return Object.fromEntries([...files, ...unpacked]);
}

function nameOf({ url, path }: Origin): string {
  return url ?? path;
}

/** The name counts, too: a file that is renamed under a pattern is another (moby/buildkit#2008). */
function describe({ entry, sha256 }: Planned): string {
  const { name, type, mode, uid, gid, linkName } = entry;
  const attributes = [...entry.attributes].map(([key, value]) => `${key}=${Buffer.from(value).toString('hex')}`);
  return JSON.stringify([name, type, mode, uid, gid, sha256 ?? linkName, ...attributes]);
}

const ASPECTS = ['another place', 'another type', 'another mode', 'another owner', 'another group'];

/** What is different of two descriptions: the content, as long as nothing else is. An archive that is unpacked has another text. */
export function howChanged(before: string, now: string): string {
  if (!before.startsWith('[') || !now.startsWith('[')) return 'changed';
  const [old, own] = [JSON.parse(before), JSON.parse(now)] as [unknown[], unknown[]];
  const different = ASPECTS.find((_, i) => old[i] !== own[i]);
  return different === undefined ? 'changed' : `has ${different}`;
}
