import type { namespaces as english } from '../en/namespaces.js';

export const namespaces: typeof english = {
  headings: {
    namespace: '命名空间',
    type: '类型',
    inode: 'INODE',
    processes: '进程数',
    first: 'PID',
    owner: '所有者',
    whose: '归谁',
    command: '命令',
  },
  whose: { host: '宿主机的', own: '自己的', missing: '没有' },
  sharedWith: (names) => `与 ${names} 共享`,
  madeBy: (uid) => `uid ${uid}`,
  keptBy: (what) => `由 ${what} 保留`,
  keptBelow: '由其下的命名空间保留',
  same: '相同',
  sameAsHost: '相同：宿主机的',
  different: '不同',
  titleOfContainer: (name, pid, command) => `${name}：进程 ${pid}，${command}`,
  titleOfProcess: (pid, command) => `进程 ${pid}，${command}`,
  hiddenProcesses: (count) =>
    `有 ${count} 个进程不许查看，只有它们才有的命名空间不在此列：要看，须在它们所在的用户命名空间里有 CAP_SYS_PTRACE (ptrace(2))。`,
};
