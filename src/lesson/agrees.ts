/** Whether what a check found is what a choice says; `*` in it stands for anything. */
export function agrees({ says }: { readonly says?: string | undefined }, actual: string): boolean {
  if (says === undefined) return false;
  const literals = says.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('.*')}$`, 's').test(actual);
}
