/** What `tslab doctor` says around what it found. */
export const doctor = {
  machine: 'This machine',
  labs: 'Labs',
  verdict: { 'can run': 'can run', 'can run partly': 'can run partly', cannot: 'cannot' },
  /** Behind a verdict: the numbers of the causes. */
  see: (numbers: readonly number[]) => `, see ${numbers.join(' and ')} below`,
  count: (labs: number, verdict: string) => `${labs} ${verdict}`,
  summary: (labs: number, counts: readonly string[]) => `${labs} labs: ${counts.join(', ')}.`,
  missing: ', something is missing',
  why: 'why',
  evidence: 'the kernel said',
  without: 'without it',
};
