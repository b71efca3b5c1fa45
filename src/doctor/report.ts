/** What `tslab doctor` says, as plain data: this is `--json`. */
export interface DoctorReport {
  /** Every lab can run, whole. */
  readonly ok: boolean;
  readonly machine: readonly Finding[];
  readonly labs: readonly LabVerdict[];
}

/** One line about the machine. */
export interface Finding {
  readonly name: string;
  readonly value: string;
  /** `no`: something is missing that a lab may want; `note`: good to know. */
  readonly state: 'yes' | 'no' | 'note';
  /** As those of a problem. */
  readonly remedies?: readonly string[];
}

export interface LabVerdict {
  readonly id: string;
  readonly verdict: 'can run' | 'can run partly' | 'cannot';
  readonly problems: readonly Problem[];
}

/** Something that a lab wants and this machine does not give. Two with the same `why` have the same cause. */
export interface Problem {
  readonly why: string;
  /** What the kernel said: `mount(…) = EPERM`. */
  readonly evidence: readonly string[];
  /** True: the lab cannot run. False: it can, and `without` says what is different. */
  readonly blocks: boolean;
  readonly without: readonly string[];
  /** Commands or sentences; each is one way out. A command may have several lines. */
  readonly remedies: readonly string[];
}

/** A lab that misses something. */
export interface Concerned {
  readonly id: string;
  readonly problem: Problem;
}

/** The ways out of one problem that several labs have. A command that differs in nothing but the lab is told once, with the other labs behind it. */
export function sharedRemedies(labs: readonly Concerned[]): string[] {
  const all = labs.flatMap(({ id, problem }) => problem.remedies.map((text) => ({ id, text, gist: gistOf(text, id) })));
  const gists = [...new Set(all.map(({ gist }) => gist))];
  return gists.map((gist) => {
    const [first, ...others] = all.filter((one) => one.gist === gist);
    const also = others.filter(({ text }) => text !== first?.text).map(({ id }) => id);
    return also.length > 0 ? `${first?.text}   (likewise ${also.join(', ')})` : (first?.text ?? '');
  });
}

function gistOf(remedy: string, lab: string): string {
  return remedy.replaceAll(lab, 'LAB');
}
