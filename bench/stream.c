/*
 * Bytes through TCP. The sender ends when the receiver has read them all.
 *
 *   stream PORT                  receives, one connection after the other, until its parent is gone
 *   stream ADDRESS PORT BYTES    sends
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static char data[128 * 1024];

static long must(long result, const char *call) {
	if (result >= 0) return result;
	fprintf(stderr, "stream: %s: %s\n", call, strerror(errno));
	exit(1);
}

static _Noreturn void receive(int listening) {
	must(prctl(PR_SET_PDEATHSIG, SIGKILL), "prctl");
	must(listen(listening, 8), "listen");
	puts("listening");
	fflush(stdout);
	for (;;) {
		int fd = must(accept(listening, NULL, NULL), "accept");
		while (must(read(fd, data, sizeof data), "read") > 0);
		close(fd);
	}
}

static int deliver(int fd, long long bytes) {
	while (bytes > 0) bytes -= must(write(fd, data, bytes < (long long)sizeof data ? bytes : sizeof data), "write");
	must(shutdown(fd, SHUT_WR), "shutdown");
	return must(read(fd, data, 1), "read") != 0;
}

int main(int argc, char **argv) {
	struct sockaddr_in address = {.sin_family = AF_INET};
	int yes = 1, fd = must(socket(AF_INET, SOCK_STREAM, 0), "socket");

	if (argc != 2 && argc != 4) return 2;
	address.sin_port = htons(atoi(argv[argc == 2 ? 1 : 2]));
	if (argc == 4) {
		inet_pton(AF_INET, argv[1], &address.sin_addr);
		must(connect(fd, (struct sockaddr *)&address, sizeof address), "connect");
		return deliver(fd, atoll(argv[3]));
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	must(bind(fd, (struct sockaddr *)&address, sizeof address), "bind");
	receive(fd);
}
