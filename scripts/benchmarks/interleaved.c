/* Starts two commands in turns and prints what each run took.
 *   interleaved ROUNDS PREPARE -- COMMAND... -- COMMAND...
 * Each line: the command (0 or 1), nanoseconds from before its start until it was waited for, peak resident memory in KiB, of the largest
 * of its processes. PREPARE is a shell command that is run before each, not timed; empty for none. Which of the two is first changes
 * with every round, so that whatever a run leaves behind falls on both.
 * In C, static and started by vfork, because a start costs more the more memory the starting process has: from Node it is 1 ms or more,
 * more than what is measured. The peak of a child counts that of the process that it was started from. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what, const char *command) {
  fprintf(stderr, "interleaved: %s: %s\n", command, what);
  exit(1);
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* The end of a command's words becomes a null pointer; the words after it are returned. */
static char **cut(char **words) {
  while (*words != NULL && strcmp(*words, "--") != 0) words++;
  if (*words == NULL) return NULL;
  *words = NULL;
  return words + 1;
}

static void run(int which, char **command, int nowhere) {
  struct rusage usage;
  int status;
  long long start = now();
  pid_t child = vfork();
  if (child == 0) {
    dup2(nowhere, 0);
    dup2(nowhere, 1);
    execvp(command[0], command);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) != child) fail("cannot be started or waited for", command[0]);
  long long end = now();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail("ends with another status than 0", command[0]);
  printf("%d %lld %ld\n", which, end - start, usage.ru_maxrss);
}

int main(int argc, char **argv) {
  if (argc < 4) fail("expected ROUNDS PREPARE -- COMMAND... -- COMMAND...", argv[0]);
  long rounds = strtol(argv[1], NULL, 10);
  const char *prepare = argv[2];
  char **commands[2];
  commands[0] = cut(argv + 3);
  commands[1] = commands[0] == NULL ? NULL : cut(commands[0]);
  if (rounds < 1 || commands[1] == NULL || commands[0][0] == NULL || commands[1][0] == NULL)
    fail("expected ROUNDS PREPARE -- COMMAND... -- COMMAND...", argv[0]);
  int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (long round = 0; round < rounds; round++) {
    for (int turn = 0; turn < 2; turn++) {
      int which = (int)((round + turn) % 2);
      if (prepare[0] != '\0' && system(prepare) != 0) fail("ends with another status than 0", prepare);
      run(which, commands[which], nowhere);
    }
  }
  return 0;
}
