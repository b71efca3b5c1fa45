/**
 * What a container may call by default, and what not. The rules are Docker's, as its documentation has them
 * (https://docs.docker.com/engine/security/seccomp/); the calls are those of the kernel's tables (../numbers.ts). What is not allowed here is
 * refused: a test proves that each call stands in one of these lists, and that a filter of them acts as one of Docker's profile does.
 */

/** Allowed to every container, by what they do. */
export const ALLOWED: Readonly<Record<string, string>> = {
  'open and close files': `
    open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 name_to_handle_at memfd_create`,
  'read and write': `
    read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek sendfile sendfile64 splice tee
    vmsplice copy_file_range readahead`,
  'allocate, truncate, flush and lock files': `
    fallocate truncate truncate64 ftruncate ftruncate64 fadvise64 fadvise64_64 sync syncfs fsync fdatasync sync_file_range
    flock cachestat`,
  'look at files and filesystems': `
    stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx access faccessat faccessat2 readlink readlinkat statfs
    statfs64 fstatfs fstatfs64 statmount listmount`,
  'directories and names': `
    getcwd chdir fchdir getdents getdents64 mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat unlink
    unlinkat mknod mknodat`,
  'owners, modes, times': `
    chown chown32 lchown lchown32 fchown fchown32 fchownat chmod fchmod fchmodat fchmodat2 umask utime utimes futimesat
    utimensat utimensat_time64`,
  'extended attributes': `
    setxattr lsetxattr fsetxattr setxattrat getxattr lgetxattr fgetxattr getxattrat listxattr llistxattr flistxattr
    listxattrat removexattr lremovexattr fremovexattr removexattrat`,
  'watch files': 'inotify_init inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark',
  'wait for input': `
    select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64 epoll_create epoll_create1 epoll_ctl epoll_ctl_old
    epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd signalfd4`,
  'asynchronous input and output (aio(7))': `
    io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents io_pgetevents_time64`,
  'pipes, devices': 'pipe pipe2 ioctl',
  'sockets, once they are made': `
    socketpair socketcall bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt send sendto
    sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64`,
  memory: `
    brk mmap mmap2 munmap mremap remap_file_pages mprotect madvise mincore msync mlock mlock2 mlockall munlock munlockall
    membarrier mseal memfd_secret map_shadow_stack pkey_alloc pkey_free pkey_mprotect`,
  'System V IPC and POSIX message queues, of the container’s IPC namespace': `
    ipc shmget shmat shmdt shmctl semget semop semctl semtimedop semtimedop_time64 msgget msgsnd msgrcv msgctl mq_open
    mq_unlink mq_notify mq_getsetattr mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64`,
  'processes and threads': `
    fork vfork execve execveat exit exit_group wait4 waitid waitpid getpid gettid getppid getpgid getpgrp setpgid getsid setsid
    set_tid_address get_thread_area set_thread_area pidfd_open process_mrelease prctl rseq restart_syscall uretprobe`,
  signals: `
    kill tkill tgkill pidfd_send_signal rt_sigaction rt_sigprocmask sigprocmask rt_sigpending rt_sigsuspend rt_sigqueueinfo
    rt_tgsigqueueinfo rt_sigtimedwait rt_sigtimedwait_time64 rt_sigreturn sigreturn sigaltstack pause`,
  locks: `
    futex futex_time64 futex_wait futex_waitv futex_wake futex_requeue get_robust_list set_robust_list`,
  scheduling: `
    sched_yield sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam sched_setparam
    sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
    sched_rr_get_interval_time64 getpriority setpriority ioprio_get ioprio_set getcpu`,
  'limits and usage': 'getrlimit ugetrlimit setrlimit prlimit64 getrusage times sysinfo uname',
  'users, groups and capabilities: the kernel checks who may': `
    getuid getuid32 geteuid geteuid32 getgid getgid32 getegid getegid32 getresuid getresuid32 getresgid getresgid32 getgroups
    getgroups32 setuid setuid32 setgid setgid32 setreuid setreuid32 setregid setregid32 setresuid setresuid32 setresgid
    setresgid32 setfsuid setfsuid32 setfsgid setfsgid32 setgroups setgroups32 capget capset`,
  'read the clock, sleep; adjtimex and clock_adjtime set it only with CAP_SYS_TIME': `
    time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 adjtimex clock_adjtime clock_adjtime64
    nanosleep clock_nanosleep clock_nanosleep_time64 alarm getitimer setitimer`,
  timers: `
    timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
    timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`,
  'give up more: filters and Landlock of its own': `
    seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self`,
  'random numbers': 'getrandom',
};

/** Allowed since a version of the kernel: before Linux 4.8 a tracer could change a call behind the filter. */
export const SINCE = { minKernel: '4.8', calls: 'ptrace process_vm_readv process_vm_writev' };

/** Allowed on some machines, by Go's names for them. */
export const ON_MACHINES: readonly (readonly [machines: string, calls: string])[] = [
  ['amd64 x32', 'arch_prctl'],
  ['amd64 x32 x86', 'modify_ldt'],
  ['arm arm64', 'arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls'],
];

/** Allowed with a capability. Most of them check for it themselves: the filter keeps what would be reached of the kernel small. */
export const WITH_CAPABILITY: Readonly<Record<string, string>> = {
  CAP_DAC_READ_SEARCH: 'open_by_handle_at', // any file of the filesystem by its number: the escape called shocker
  CAP_SYS_ADMIN: `
    mount umount umount2 mount_setattr move_mount open_tree fsopen fsconfig fsmount fspick unshare setns clone clone3
    sethostname setdomainname quotactl quotactl_fd syslog bpf perf_event_open fanotify_init lookup_dcookie lsm_get_self_attr
    lsm_set_self_attr lsm_list_modules`,
  CAP_SYS_BOOT: 'reboot',
  CAP_SYS_CHROOT: 'chroot',
  CAP_SYS_MODULE: 'init_module finit_module delete_module',
  CAP_SYS_PACCT: 'acct',
  CAP_SYS_PTRACE: 'kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace',
  CAP_SYS_RAWIO: 'iopl ioperm',
  CAP_SYS_TIME: 'settimeofday stime clock_settime clock_settime64',
  CAP_SYS_TTY_CONFIG: 'vhangup',
  CAP_SYS_NICE: 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node',
  CAP_SYSLOG: 'syslog',
  CAP_BPF: 'bpf',
  CAP_PERFMON: 'perf_event_open',
};

/** Refused to all, with any capability; and why. */
export const REFUSED: Readonly<Record<string, string>> = {
  'keyrings belong to a user, and users are the same in all containers': 'add_key request_key keyctl',
  'it would be another kernel, for all': 'kexec_load kexec_file_load',
  'swap space is the machine’s': 'swapon swapoff',
  'a large and young part of the kernel, with many ways out so far': 'io_uring_setup io_uring_enter io_uring_register',
  'a page fault that waits gives a race in the kernel all the time it needs': 'userfaultfd',
  'pages of other processes are moved to other memory': 'migrate_pages move_pages',
  'the root of all processes of the mount namespace': 'pivot_root',
  'newer than the profile': 'open_tree_attr file_getattr file_setattr listns rseq_slice_yield uprobe',
  'old, and not needed':
    'uselib ustat sysfs nfsservctl _sysctl bdflush vm86 vm86old usr26 usr32 get_tls nice signal readdir',
  'older forms, which no libc of today calls': `
    oldstat oldlstat oldfstat olduname oldolduname sgetmask ssetmask sigaction sigpending sigsuspend`,
  'the bus of the machine': 'pciconfig_iobase pciconfig_read pciconfig_write',
  'numbers without a call (unimplemented(2)), or with none any more': `
    afs_syscall break create_module ftime get_kernel_syms getpmsg gtty idle lock mpx prof profil putpmsg query_module security
    stty tuxcall ulimit vserver`,
};
