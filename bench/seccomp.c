/* How long seccomp(2) takes to load a program: FILE TIMES. Prints the nanoseconds of each time; each is in a new child, since filters add up. */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct sock_filter program[4096];

static long now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000L + at.tv_nsec;
}

/* The program has to let write(2) and exit_group(2) through. */
static void load(unsigned short length) {
  struct sock_fprog filter = {length, program};
  char text[32];
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) _exit(1);
  long before = now();
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter)) _exit(1);
  long after = now();
  _exit(write(1, text, snprintf(text, sizeof text, "%ld\n", after - before)) < 0);
}

int main(int argc, char **argv) {
  FILE *file = argc > 2 ? fopen(argv[1], "r") : NULL;
  if (!file) return 2;
  size_t length = fread(program, sizeof *program, 4096, file);
  for (int i = atoi(argv[2]); i > 0; i--) {
    int status;
    pid_t child = fork();
    if (child == 0) load(length);
    if (waitpid(child, &status, 0) < 0 || status) return 1;
  }
  return 0;
}
