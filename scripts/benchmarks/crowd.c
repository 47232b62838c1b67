/* Starts one command so many times at once and prints how many nanoseconds went by until all had ended.
 *   crowd COUNT -- COMMAND...
 * In C and by vfork for the reasons of interleaved.c. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
  fprintf(stderr, "crowd: %s\n", what);
  exit(1);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc < 4 || strcmp(argv[2], "--") != 0) fail("expected COUNT -- COMMAND...");
  long count = strtol(argv[1], NULL, 10);
  char **command = argv + 3;
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  long long start = now();
  for (long at = 0; at < count; at++) {
    pid_t child = vfork();
    if (child == 0) {
      dup2(nowhere, 0);
      dup2(nowhere, 1);
      execvp(command[0], command);
      _exit(127);
    }
    if (child < 0) fail("cannot be started");
  }
  for (long at = 0; at < count; at++) {
    int status;
    if (wait(&status) < 0) fail("cannot be waited for");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("ends with another status than 0");
  }
  printf("%lld\n", now() - start);
  return 0;
}
