import { compileC } from './c-program.js';

/**
 * Compiles a program that makes one system call and prints `done`, or the name of the errno: `probe mount`. Nothing that it asks for would
 * change the machine: no time, no program, no buffer is given.
 */
export function compileProbe(program: string): void {
  compileC(SOURCE, program, '-static');
}

const SOURCE = `
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

/* open_by_handle_at(2): "probe handle DIRECTORY HEX" reads the file with this struct file_handle. */
static long by_handle(char **argv) {
  static unsigned char handle[256];
  static char text[64];
  for (size_t i = 0; argv[3][2 * i]; i++) sscanf(argv[3] + 2 * i, "%2hhx", handle + i);
  long fd = open_by_handle_at(open(argv[2], O_RDONLY), (struct file_handle *)handle, O_RDONLY);
  if (fd >= 0 && read(fd, text, sizeof text - 1) > 0) printf("%s: ", text);
  return fd;
}

static long call(char **argv) {
  const char *name = argv[1];
  static int array[18] = { 2, 4, 4, 1 }; /* BPF_MAP_TYPE_ARRAY, size of a key, of a value, entries */
  static char parameters[120];
  if (!strcmp(name, "handle")) return by_handle(argv);
  if (!strcmp(name, "mount")) return mount("none", argv[2], "tmpfs", 0, NULL);
  if (!strcmp(name, "umount")) return umount2(argv[2], MNT_DETACH);
  if (!strcmp(name, "write")) return open(argv[2], O_WRONLY | O_APPEND);
  if (!strcmp(name, "unshare")) return unshare(CLONE_NEWUSER);
  if (!strcmp(name, "clock")) return syscall(SYS_settimeofday, NULL, NULL);
  if (!strcmp(name, "log")) return syscall(SYS_syslog, 9, NULL, 0);
  if (!strcmp(name, "key")) return syscall(SYS_add_key, "user", "tslab", "x", 1, -3);
  if (!strcmp(name, "userfaultfd")) return syscall(SYS_userfaultfd, 0);
  if (!strcmp(name, "bpf")) return syscall(SYS_bpf, 0, array, sizeof array);
  if (!strcmp(name, "io_uring")) return syscall(SYS_io_uring_setup, 1, parameters);
  if (!strcmp(name, "packet")) return socket(AF_PACKET, SOCK_RAW, 0);
  if (!strcmp(name, "vsock")) return socket(AF_VSOCK, SOCK_STREAM, 0);
  if (!strcmp(name, "euid")) { printf("%d: ", geteuid()); return 0; }
  exit(2);
}

int main(int argc, char **argv) {
  puts(argc > 1 && call(argv) >= 0 ? "done" : strerrorname_np(errno));
  return 0;
}
`;
