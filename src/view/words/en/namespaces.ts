/** What `tslab ns` says of namespaces. */
export const namespaces = {
  headings: {
    namespace: 'NAMESPACE',
    type: 'TYPE',
    inode: 'INODE',
    processes: 'PROCS',
    first: 'PID',
    owner: 'OWNER',
    whose: 'WHOSE',
    command: 'COMMAND',
  },
  whose: { host: 'the host’s', own: 'its own', missing: 'none' },
  sharedWith: (names: string) => `shared with ${names}`,
  madeBy: (uid: number) => `uid ${uid}`,
  /** No process is in it, but something keeps it. */
  keptBy: (what: string) => `kept by ${what}`,
  keptBelow: 'kept by those below it',
  same: 'the same',
  sameAsHost: 'the same: the host’s',
  different: 'different',
  /** Above the namespaces of one. */
  titleOfContainer: (name: string, pid: number, command: string) => `${name}: process ${pid}, ${command}`,
  titleOfProcess: (pid: number, command: string) => `process ${pid}, ${command}`,
  hiddenProcesses: (count: number) =>
    `${count} ${count === 1 ? 'process' : 'processes'} may not be looked at, so what only they have is missing: that takes CAP_SYS_PTRACE in the user namespace that they are in (ptrace(2)).`,
};
