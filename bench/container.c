/*
 * For each line on standard input: makes a cgroup and a container in it, waits for its end, removes the cgroup; prints what
 * stopwatch.c prints. The calls are those of tslab's own list, which bench/same-calls.ts writes out as C.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

static long must(long result, long least, const char *call) {
	if (result < 0) result = -errno;
	if (result >= least) return result;
	fprintf(stderr, "container: %s: %s\n", call, strerror(-result));
	_exit(1);
}

#define MAKE(i, least, text, ...) result[i] = must(syscall(__VA_ARGS__), least, text);
#include "calls.inc"
#include "cgroup.inc"

static int child(void *unused) {
	make_all();
	return 1;
}

/* As tslab does it: what is not written down before it is made stays for good where we are killed. */
static void remember(void) {
	int fd = must(open(LEDGER, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600), 0, LEDGER);
	for (size_t i = 0; i < COUNT(directories); i++) must(write(fd, directories[i], strlen(directories[i])), 1, LEDGER);
	close(fd);
}

static void make_cgroup(void) {
	remember();
	for (size_t i = 0; i < COUNT(directories); i++) must(mkdir(directories[i], 0755), 0, directories[i]);
	for (size_t i = 0; i < COUNT(texts); i++) {
		int fd = must(open(texts[i][0], O_WRONLY), 0, texts[i][0]);
		must(write(fd, texts[i][1], strlen(texts[i][1])), 1, texts[i][0]);
		close(fd);
	}
}

/* EBUSY lasts until the last process has quite gone. */
static void remove_cgroup(void) {
	for (size_t i = 0; i < COUNT(directories); i++)
		while (rmdir(directories[i]) < 0 && errno == EBUSY) usleep(1000);
	must(unlink(LEDGER), 0, LEDGER);
}

static pid_t contained(void) {
	static char stack[64 * 1024] __attribute__((aligned(16)));
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = clone(child, stack + sizeof stack, NAMESPACES | CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return must(pid, 1, "clone");
}

static long long now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(void) {
	char line[16];
	int status;

	must(open("/dev/null", O_RDWR | O_CLOEXEC), 3, "/dev/null must be descriptor 3");
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof line, stdin)) {
		long long start = now();
		make_cgroup();
		must(waitpid(contained(), &status, 0), 0, "waitpid");
		remove_cgroup();
		printf("%lld 0 %d\n", now() - start, status);
	}
	return 0;
}
