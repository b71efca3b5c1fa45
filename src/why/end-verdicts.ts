/** What ended a container that was killed. */
import type { AskedEnd } from './asking.js';
import type { Verdict } from './finding.js';

/** 128 and SIGKILL */
const KILLED = 137;

/** Nothing where it ended by itself, or where it is known already. */
export function judgeEnd({ exitCode, oomKilled }: AskedEnd, known: readonly Verdict[]): Verdict[] {
  if (oomKilled) return [ended('memory limit', 'killed by the kernel, for the memory of its cgroup', BY_MEMORY)];
  if (exitCode !== KILLED || known.some(({ errno }) => errno === 'SIGSYS')) return [];
  return [ended('signal', 'killed by somebody, not by the kernel', BY_SOMEBODY)];
}

type Why = Pick<Verdict, 'reasons' | 'remedies'>;

const BY_MEMORY: Why = {
  reasons: ['its processes wanted more memory than their cgroup may have, or the machine had none left'],
  remedies: ['--memory SIZE, a larger one'],
};

const BY_SOMEBODY: Why = {
  reasons: ['its memory was not the reason: somebody on the host, or in the container, has sent SIGKILL'],
  remedies: [],
};

function ended(layer: Verdict['layer'], by: string, why: Why): Verdict {
  return { layer, call: 'SIGKILL', errno: '', by, ...why };
}
