/*
 * For each line on standard input: starts a process, waits for its end, prints the nanoseconds between, the microseconds of
 * CPU time that it and its children took, its wait status, and the most KiB of memory that it, or one of them, had.
 *
 *   stopwatch -- PROGRAM ARGUMENT...   any program, by posix_spawn(3), without what it prints
 *   stopwatch ROOT FLAGS               /bin/true in new namespaces (FLAGS of clone(2)), ROOT as its root:
 *                                      the calls that tslab's list makes, in their order
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static const char *root;
static int devnull;

static void must(int result, const char *call) {
	if (result >= 0) return;
	fprintf(stderr, "stopwatch: %s: %s\n", call, strerror(errno));
	_exit(1);
}

static int child(void *unused) {
	char *argv[] = {"true", NULL}, *envp[] = {NULL};
	struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t none;

	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount private");
	must(mount(root, root, NULL, MS_BIND | MS_REC, NULL), "mount bind");
	must(chdir(root), "chdir");
	must(mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "mount proc");
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root");
	must(umount2(".", MNT_DETACH), "umount2");
	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	must(dup3(devnull, 0, 0), "dup3");
	must(fcntl(1, F_SETFD, 0), "fcntl");
	must(fcntl(2, F_SETFD, 0), "fcntl");
	must(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range");
	for (int n = 1; n < 32; n++)
		if (n != SIGKILL && n != SIGSTOP) sigaction(n, &standard, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve("/bin/true", argv, envp);
	must(-1, "execve");
	return 1;
}

static pid_t contained(int namespaces) {
	static char stack[64 * 1024] __attribute__((aligned(16)));
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = clone(child, stack + sizeof stack, namespaces | CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	must(pid, "clone");
	return pid;
}

static pid_t spawned(char **argv) {
	pid_t pid;
	posix_spawn_file_actions_t silent;
	posix_spawn_file_actions_init(&silent);
	posix_spawn_file_actions_adddup2(&silent, devnull, 1);
	errno = posix_spawnp(&pid, argv[0], &silent, NULL, argv, environ);
	must(errno ? -1 : 0, argv[0]);
	posix_spawn_file_actions_destroy(&silent);
	return pid;
}

static long long now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long cpu(const struct rusage *used) {
	return (used->ru_utime.tv_sec + used->ru_stime.tv_sec) * 1000000LL + used->ru_utime.tv_usec + used->ru_stime.tv_usec;
}

int main(int argc, char **argv) {
	struct rusage used;
	int status, program = argc > 2 && !strcmp(argv[1], "--");
	char line[16];

	if (argc < 3) return 2;
	root = argv[1];
	devnull = open("/dev/null", O_RDWR | O_CLOEXEC);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		long long start = now();
		pid_t pid = program ? spawned(argv + 2) : contained(atoi(argv[2]));
		must(wait4(pid, &status, 0, &used), "wait4");
		printf("%lld %lld %d %ld\n", now() - start, cpu(&used), status, used.ru_maxrss);
	}
	return 0;
}
