/** Who pulls an image and unpacks it. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './contenders.js';
import type { Contender } from './race.js';
import { timed } from './stopwatch.js';
import { TSLAB } from './tslab.js';

/** The names of those in the table. */
export const TSLAB_PULL = 'tslab pull';

/** All that are installed; each begins with an empty directory, and what it left is removed without being counted. */
export function pullers(stopwatch: string, work: string, image: string): Contender[] {
  const commands = {
    [TSLAB_PULL]: [process.execPath, TSLAB, 'pull', '-q', image],
    ...others(join(work, 'pulled'), image),
  };
  return Object.entries(commands).flatMap(([name, command]) => {
    const missing = needed(name).filter((program) => !isInstalled(program));
    if (missing.length > 0) console.log(`${name}: not installed (apt-get install ${missing.join(' ')})`);
    return missing.length > 0 ? [] : [emptied(timed(name, [stopwatch, '--', ...command]), work)];
  });
}

/** Neither looks at certificates, as the registry has none; umoci without the list of hashes (mtree), which the others do not make either. */
function others(to: string, image: string): Record<string, string[]> {
  const podman = ['podman', '--root', join(to, 'root'), '--runroot', join(to, 'run'), '--storage-driver', 'overlay'];
  return {
    'skopeo copy, umoci raw unpack': [
      ...[
        'sh',
        '-ec',
        'skopeo copy -q --src-tls-verify=false "docker://$1" "oci:$2:1" && umoci --log=error raw unpack --image "$2:1" "$3"',
      ],
      ...['sh', image, join(to, 'layout'), join(to, 'rootfs')],
    ],
    'podman pull': [...podman, 'pull', '-q', '--tls-verify=false', image],
  };
}

function needed(name: string): string[] {
  return name.match(/skopeo|umoci|podman/g) ?? [];
}

function emptied(contender: Contender, work: string): Contender {
  const empty = () => {
    for (const name of ['pulled', 'state/images']) rmSync(join(work, name), { recursive: true, force: true });
    mkdirSync(join(work, 'pulled'));
  };
  return {
    ...contender,
    async measure() {
      empty();
      return await contender.measure();
    },
  };
}
