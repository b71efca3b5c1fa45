import type { Command, Verdict } from './cases.js';
import { normalise } from './normalise.js';
import { REASONS } from './reasons.js';

/** What a command came to. */
export interface Answer {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** docker's is there where docker is: of its client alone what that answers by itself, such as to a wrong option. */
export interface Answers {
  readonly tslab: Answer;
  readonly podman: Answer;
  readonly docker: Answer | undefined;
}

export interface Compared {
  readonly area: string;
  readonly command: Command;
  readonly answers: Answers;
  /** How tslab and podman differ. */
  readonly verdict: Verdict;
  /** How tslab and docker do. */
  readonly besideDocker: Verdict | undefined;
  /** What the case file does not know yet, or no longer. */
  readonly news: string | undefined;
}

/** The reason where docker itself answers as tslab does. It is tried again wherever docker is. */
export const DOCKER = 'docker';

export function compare({ area, command }: Pick<Compared, 'area' | 'command'>, answers: Answers): Compared {
  const verdict = judge(answers.tslab, answers.podman);
  const besideDocker = answers.docker && judge(answers.tslab, answers.docker);
  return { area, command, answers, verdict, besideDocker, news: newsOf(command, verdict, besideDocker) };
}

/** stderr counts by its presence: each program says what is wrong in words of its own. */
function judge(one: Answer, other: Answer): Verdict {
  if (one.status !== other.status) return 'status';
  const spoke = ({ stderr }: Answer) => stderr !== '';
  return normalise(one.stdout) === normalise(other.stdout) && spoke(one) === spoke(other) ? 'same' : 'text';
}

function newsOf({ known }: Command, verdict: Verdict, besideDocker: Verdict | undefined): string | undefined {
  if (verdict !== (known?.verdict ?? 'same'))
    return verdict === 'same' ? 'a known difference is gone' : `differs in ${verdict}`;
  if (known && !(known.reason in REASONS)) return `no such reason: ${known.reason}`;
  const refuted = known?.reason === DOCKER && (besideDocker ?? 'same') !== 'same';
  return refuted ? 'docker does not answer as tslab does' : undefined;
}
