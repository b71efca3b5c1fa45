import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Rule, Seccomp } from '../../../src/oci/seccomp.js';
import { ABIS, type Abi } from '../../../src/seccomp/abi.js';
import { returnValue } from '../../../src/seccomp/actions.js';
import { decode, type Program } from '../../../src/seccomp/bpf.js';
import { compileC } from '../c-program.js';

/**
 * Makes a filter as runc does; with an argument, the ABI (AUDIT_ARCH_*), prints the numbers of names. In: the default action, 1 for a tree or 0, the ABIs (AUDIT_ARCH_*) and a 0; then of each rule the action, the name,
 * the number of conditions, and of each condition the argument, the operator, two values. Out: the program; on standard error the names that
 * it does not know. Its header belongs to another package than the library, hence the declarations.
 */
const SOURCE = `
#include <inttypes.h>
#include <stdio.h>
struct scmp_arg_cmp { unsigned arg; unsigned op; uint64_t a, b; };
void *seccomp_init(uint32_t action);
int seccomp_attr_set(void *filter, int attribute, uint32_t value);
int seccomp_arch_add(void *filter, uint32_t arch);
int seccomp_syscall_resolve_name(const char *name);
int seccomp_syscall_resolve_name_arch(uint32_t arch, const char *name);
int seccomp_rule_add_array(void *filter, uint32_t action, int number, unsigned count, const struct scmp_arg_cmp *all);
int seccomp_export_bpf(void *filter, int fd);
int main(int argc, char **argv) {
  uint32_t action, tree, arch;
  char name[64];
  unsigned count;
  if (argc > 1) {
    sscanf(argv[1], "%" SCNu32, &arch);
    while (scanf("%63s", name) == 1) printf("%d\\n", seccomp_syscall_resolve_name_arch(arch, name));
    return 0;
  }
  if (scanf("%" SCNu32 " %" SCNu32, &action, &tree) != 2) return 1;
  void *filter = seccomp_init(action);
  if (tree) seccomp_attr_set(filter, 8, 2); /* SCMP_FLTATR_CTL_OPTIMIZE */
  while (scanf("%" SCNu32, &arch) == 1 && arch) seccomp_arch_add(filter, arch);
  while (scanf("%" SCNu32 " %63s %u", &action, name, &count) == 3) {
    struct scmp_arg_cmp all[6];
    for (unsigned i = 0; i < count && i < 6; i++)
      if (scanf("%u %u %" SCNu64 " %" SCNu64, &all[i].arg, &all[i].op, &all[i].a, &all[i].b) != 4) return 1;
    int number = seccomp_syscall_resolve_name(name);
    if (number == -1) fprintf(stderr, "%s\\n", name); /* __NR_SCMP_ERROR */
    else seccomp_rule_add_array(filter, action, number, count, all);
  }
  return seccomp_export_bpf(filter, 1) < 0;
}`;

/** enum scmp_compare, from 1 on */
const OPERATORS = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'];

export interface Made {
  readonly program: Program;
  /** Names that this version does not know. */
  readonly unknown: ReadonlySet<string>;
}

/** Makes filters by libseccomp: a program that does it is compiled once, in a directory of its own. */
export class Libseccomp {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tslab-libseccomp-'));
  readonly #program = join(this.#directory, 'make');

  constructor() {
    compileC(SOURCE, this.#program, '-l:libseccomp.so.2');
  }

  make(rules: Seccomp, abis: readonly Abi[], tree = true): Made {
    const errors = join(this.#directory, 'errors');
    const input = inputFor(rules, abis, tree);
    const bytes = execFileSync('sh', ['-c', '"$1" 2> "$2"', 'sh', this.#program, errors], { input });
    return { program: decode(bytes), unknown: new Set(readFileSync(errors, 'utf8').trim().split('\n')) };
  }

  /** The number of each name; negative where the ABI has none, or it is not known. */
  numbersOf(names: readonly string[], abi: Abi): number[] {
    const input = names.join('\n');
    const text = execFileSync(this.#program, [String(ABIS[abi].audit)], { input, encoding: 'utf8' });
    return text.trim().split('\n').map(Number);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }
}

function inputFor(rules: Seccomp, abis: readonly Abi[], tree: boolean): string {
  const usual = returnValue(rules.defaultAction, rules.defaultErrnoRet);
  const mine = (rules.syscalls ?? []).filter(({ action, errnoRet }) => returnValue(action, errnoRet) !== usual);
  const header = [usual, Number(tree), ...abis.map((abi) => ABIS[abi].audit), 0].join(' ');
  return [header, ...mine.flatMap(linesOf)].join('\n');
}

/** A rule, once for each of its names; and for each of its conditions, where two are on one argument. */
function linesOf({ names, action, errnoRet, args = [] }: Rule): string[] {
  const isAlternative = new Set(args.map(({ index }) => index)).size < args.length;
  const sets = isAlternative ? args.map((one) => [one]) : [args];
  const conditions = (set: readonly NonNullable<Rule['args']>[number][]) =>
    set.map(({ index, op, value, valueTwo = 0 }) => {
      return `${index} ${OPERATORS.indexOf(op.slice('SCMP_CMP_'.length)) + 1} ${value} ${valueTwo}`;
    });
  const answer = returnValue(action, errnoRet);
  return names.flatMap((name) => sets.map((set) => [answer, name, set.length, ...conditions(set)].join(' ')));
}
