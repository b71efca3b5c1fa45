import type { Refusal } from './refusals.js';

/** What may refuse a call. */
export type Layer =
  | 'seccomp'
  | 'capability'
  | 'user namespace'
  | 'read-only path'
  | 'read-only mount'
  | 'devices'
  | 'permissions'
  | 'mount flags'
  | 'locked mount'
  | 'sysctl'
  | 'landlock'
  | 'pids limit'
  | 'memory limit'
  | 'signal'
  | 'why'
  | 'security module'
  | 'unknown';

/** A refused call with its arguments in words. */
export interface RefusedCall extends Refusal {
  readonly text: string;
  readonly paths: readonly string[];
}

export interface Verdict {
  readonly layer: Layer;
  /** The call in words. */
  readonly call: string;
  /** Empty where that was no call, but a signal. */
  readonly errno: string;
  /** Who refused it, in a few words: `seccomp`, `the lack of CAP_CHOWN`. */
  readonly by: string;
  /** Why, a sentence each. */
  readonly reasons: readonly string[];
  /** Options of `run`, or what else would let it through. */
  readonly remedies: readonly string[];
}

/** What a verdict adds to its call. */
export type Finding = Pick<Verdict, 'layer' | 'by' | 'reasons' | 'remedies'>;
