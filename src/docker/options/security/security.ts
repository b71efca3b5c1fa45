import { ALL, namesIn, type SecurityConfig, splitOption, YES } from '../../../container/security.js';
import { ownCapabilities } from '../../../kernel/credentials/capabilities.js';
import { CAPABILITIES } from '../../../kernel/credentials/capability-names.js';
import { UserError } from '../../../kernel/errors/user-error.js';
import { nearest } from '../../../state/nearest.js';
import { checkLandlock } from './landlock.js';

/** The options about security, as given. */
export interface SecurityFlags {
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly securityOpt?: readonly string[];
  readonly privileged?: boolean;
  readonly userns?: string;
}

/** What is asked for; undefined where nothing is. Files of profiles have been read. Throws UserError (2). */
export function parseSecurity({
  capAdd = [],
  capDrop = [],
  securityOpt = [],
  privileged,
  userns,
}: SecurityFlags): SecurityConfig | undefined {
  const [add, drop] = [namesOf('--cap-add', capAdd), namesOf('--cap-drop', capDrop)];
  const dropped = drop.filter((name) => !add.includes(name));
  const isInOther = userns !== undefined && userns !== 'host';
  if (privileged && isInOther) throw inUserNamespace();
  if (!isInOther) add.forEach(refuseMissing);
  securityOpt.forEach(checkOption);
  const kept = securityOpt.filter((option) => splitOption(option)[0] !== 'systempaths');
  const security = {
    ...(add.length > 0 && { capAdd: add }),
    ...(dropped.length > 0 && { capDrop: dropped }),
    ...(kept.length > 0 && { securityOpt: kept }),
    ...(kept.length < securityOpt.length && { unmasked: true }),
    ...(privileged && { privileged }),
  };
  return Object.keys(security).length > 0 ? security : undefined;
}

/** As docker keeps them: with CAP_, sorted, and ALL instead of all others (docker/cli, opts.EffectiveCapAddCapDrop()). */
function namesOf(flag: string, given: readonly string[]): readonly string[] {
  const names = given.map((word) => nameOf(flag, word));
  return names.includes(ALL) ? [ALL] : [...new Set(names)].sort();
}

function nameOf(flag: string, word: string): string {
  const upper = word.trim().toUpperCase();
  const name = upper === ALL || upper.startsWith('CAP_') ? upper : `CAP_${upper}`;
  if (name === ALL || CAPABILITIES.includes(name)) return name;
  const like = nearest(name, CAPABILITIES);
  const hint =
    like === undefined
      ? '`man 7 capabilities` has all names; ALL is all of them.'
      : `Did you mean ${like.replace('CAP_', '')}?`;
  throw new UserError(`invalid ${flag}: unknown capability: ${JSON.stringify(word)}`, 2, hint);
}

/** What tslab lacks it cannot give. */
function refuseMissing(name: string): void {
  if (name === ALL || namesIn(ownCapabilities()).includes(name)) return;
  const message = `--cap-add ${name.replace('CAP_', '')}: tslab has not got this capability itself, so it cannot give it`;
  throw new UserError(message, 2, 'grep CapBnd /proc/self/status shows what there is; ALL is all of that.');
}

/** Docker's words (moby, verifyPlatformContainerSettings()). */
function inUserNamespace(): UserError {
  const message = 'privileged mode is incompatible with user namespaces';
  return new UserError(message, 2, 'Leave --userns out, or --privileged.');
}

type Check = (value: string) => boolean;

const NO: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/** What each option may be. */
const OPTIONS: Readonly<Record<string, Check>> = {
  seccomp: (value) => value !== '',
  'no-new-privileges': (value) => [...YES, ...NO].includes(value),
  apparmor: (value) => value === 'unconfined',
  label: (value) => value === 'disable',
  systempaths: (value) => value === 'unconfined',
  landlock: checkLandlock,
};

const ALLOWED =
  'Allowed: seccomp=FILE|unconfined|builtin, no-new-privileges[=true|false], apparmor=unconfined, label=disable, systempaths=unconfined, landlock=rw:DIRECTORY[:DIRECTORY…].';

function checkOption(option: string): void {
  const [name, value] = splitOption(option);
  if (OPTIONS[name]?.(value)) return;
  const isLabel = (name === 'apparmor' || name === 'label') && value !== '';
  if (isLabel) throw new UserError(`--security-opt ${option}: tslab writes no label for ${LABELS[name]}`, 2, ALLOWED);
  throw new UserError(`invalid --security-opt: ${JSON.stringify(option.slice(0, 100))}`, 2, ALLOWED);
}

const LABELS: Readonly<Record<string, string>> = { apparmor: 'AppArmor', label: 'SELinux' };
