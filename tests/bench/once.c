/*
 * Runs one command and writes to FILE: wall, user and system seconds, peak
 * memory in KiB, exit status. A small parent, since the kernel counts the
 * parent's size at fork as the child's.
 *
 *   cc -O2 -o once once.c && ./once FILE COMMAND
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec a, b;
	struct rusage u;
	int status = 0;

	if (argc != 3)
		return 2;
	clock_gettime(CLOCK_MONOTONIC, &a);
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", argv[2], (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &u) != pid)
		return 1;
	clock_gettime(CLOCK_MONOTONIC, &b);
	FILE *out = fopen(argv[1], "w");
	if (out == NULL)
		return 1;
	fprintf(out, "%.6f %.6f %.6f %ld %d\n", (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9,
		seconds(u.ru_utime), seconds(u.ru_stime), u.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return fclose(out) != 0;
}
