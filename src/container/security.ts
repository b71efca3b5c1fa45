/** What of a container's security was asked for, and what that means. */
import type { ownCapabilities } from '../kernel/credentials/capabilities.js';
import { capabilitiesIn } from '../kernel/credentials/capability-names.js';
import { once } from '../kernel/once.js';
import { DOCKERS_CAPABILITIES } from '../oci/defaults.js';
import type { Seccomp } from '../oci/seccomp.js';
import { builtinRules, placeHere } from '../seccomp/builtin/rules.js';
import { parseProfile } from '../seccomp/profile.js';
import { rulesFor } from '../seccomp/situation.js';

/** As Docker keeps it. */
export interface SecurityConfig {
  /** Names such as CAP_CHOWN, or ALL, sorted. */
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  /** `seccomp=unconfined`, `seccomp={…}` with the text of a profile, `no-new-privileges`, …: as given to `--security-opt`, but for the file. */
  readonly securityOpt?: readonly string[];
  /** `--security-opt systempaths=unconfined`: nothing is hidden. */
  readonly unmasked?: boolean;
  readonly privileged?: boolean;
}

export const ALL = 'ALL';

type Sets = ReturnType<typeof ownCapabilities>;

/** All that can be given: those of a bounding set, by names. */
export const namesIn = once(({ bounding }: Pick<Sets, 'bounding'>): readonly string[] => capabilitiesIn(bounding));

/** Docker's fourteen, as far as they can be given. */
const usualIn = once((own: Sets): readonly string[] =>
  DOCKERS_CAPABILITIES.bounding.filter((name) => namesIn(own).includes(name)),
);

/** The bounding set of a container, of what can be given, of Docker's and of what was asked for (moby, TweakCapabilities()). */
export function boundingOf({ capAdd = [], capDrop = [], privileged }: SecurityConfig, own: Sets): readonly string[] {
  const [all, usual] = [namesIn(own), usualIn(own)];
  if (privileged) return all;
  const without = (names: readonly string[]) => names.filter((name) => !capDrop.includes(name));
  if (capAdd.includes(ALL)) return without(all);
  const added = capDrop.includes(ALL) ? capAdd : [...without(usual), ...capAdd];
  return capAdd.length + capDrop.length === 0 ? usual : all.filter((name) => added.includes(name));
}

/** An option as given to `--security-opt`. Docker takes `:` for `=` as well. */
export function splitOption(option: string): readonly [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=:]*)[=:]?(.*)$/s.exec(option) ?? [];
  return [name, value];
}

/** The last value of an option that was given; undefined where it was not. */
export function securityOption({ securityOpt = [] }: SecurityConfig, name: string): string | undefined {
  return securityOpt.map(splitOption).findLast(([key]) => key === name)?.[1];
}

/** Directories below which alone it may write; undefined where it may write anywhere. Options of this name add to one another. */
export function landlockOf({ securityOpt = [] }: SecurityConfig): readonly string[] | undefined {
  const given = securityOpt.map(splitOption).filter(([name]) => name === 'landlock');
  if (given.length === 0) return undefined;
  return [...new Set(given.flatMap(([, value]) => value.split(':').slice(1)))];
}

/** What means yes of a switch: nothing, or what Go takes for true (strconv.ParseBool()). */
export const YES: readonly string[] = ['', '1', 't', 'T', 'TRUE', 'true', 'True'];

/** Whether no execve gives more than there is. */
export function isBound(security: SecurityConfig): boolean {
  return YES.includes(securityOption(security, 'no-new-privileges') ?? 'false');
}

/** Whether there is a profile of one's own: its text, or before it was read its file. */
export function hasProfile(security: SecurityConfig): boolean {
  return !['', 'unconfined', 'builtin'].includes(securityOption(security, 'seccomp') ?? '');
}

/** The rules of system calls with that bounding set. Undefined: all are let through, as with `--privileged` where no profile is given. */
export function seccompOf(security: SecurityConfig, bounding: readonly string[]): Seccomp | undefined {
  const given = securityOption(security, 'seccomp') ?? (security.privileged ? 'unconfined' : 'builtin');
  if (given === 'unconfined') return undefined;
  if (given === 'builtin') return builtinRules(bounding);
  return rulesFor(parseProfile(given, 'that is kept'), placeHere(bounding));
}
