/* Loaded into a Node by LD_PRELOAD: counts the calls of the C library that change a file system below FAULT_BELOW, of all threads in the
 * order in which they come, and before the one of number FAULT_AT kills the process, or lets it fail with the error number FAULT_ERRNO.
 * Each is written to FAULT_LOG by its name, `!name` where it was the one. It removes itself from the environment, so that neither setup
 * commands nor the program have it.
 * EMFILE and ENFILE are errors of opening alone: with these only opening counts, for reading too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static char below[PATH_MAX];
static long fault_at;
static int fault_errno;
static int log_fd = -1;
static atomic_long calls;

static const char *taken(const char *name, char *place, size_t size) {
  const char *value = getenv(name);
  snprintf(place, size, "%s", value == NULL ? "" : value);
  unsetenv(name);
  return place;
}

__attribute__((constructor)) static void start(void) {
  char text[PATH_MAX];
  fault_at = atol(taken("FAULT_AT", text, sizeof text));
  fault_errno = atoi(taken("FAULT_ERRNO", text, sizeof text));
  if (*taken("FAULT_LOG", text, sizeof text) != '\0') {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    log_fd = fcntl(fd, F_DUPFD_CLOEXEC, 900);
    close(fd);
  }
  taken("FAULT_BELOW", below, sizeof below);
  unsetenv("LD_PRELOAD");
}

static int is_below(const char *path) {
  size_t length = strlen(below);
  return length > 0 && strncmp(path, below, length) == 0;
}

/* What a path means: relative ones by the directory that they start at. */
static int concerns(int directory, const char *path) {
  char link[64], place[PATH_MAX];
  if (path == NULL) return 0;
  if (path[0] == '/') return is_below(path);
  if (directory == AT_FDCWD) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
  ssize_t length = readlink(link, place, sizeof place - 1);
  if (length < 0) return 0;
  place[length] = '\0';
  return is_below(place);
}

static int concerns_file(int fd) { return concerns(fd, ""); }

/* 1 where the call is to fail. */
static int counted(const char *name, int is_concerned) {
  char line[64];
  if (!is_concerned) return 0;
  long number = atomic_fetch_add(&calls, 1) + 1;
  int length = snprintf(line, sizeof line, "%s%s\n", number == fault_at ? "!" : "", name);
  if (log_fd >= 0 && syscall(SYS_write, log_fd, line, length) != length) _exit(99);
  if (number != fault_at) return 0;
  if (fault_errno == 0) kill(getpid(), SIGKILL);
  errno = fault_errno;
  return 1;
}

static int is_opening_only(void) { return fault_errno == EMFILE || fault_errno == ENFILE; }
static int changes(const char *name, int is_concerned) { return counted(name, is_concerned && !is_opening_only()); }
static int opens(const char *name, int directory, const char *path, int flags) {
  return counted(name, concerns(directory, path) && (is_opening_only() || (flags & (O_CREAT | O_TRUNC)) != 0));
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define MODE(flags, last) \
  mode_t mode = 0; \
  if (((flags) & O_CREAT) != 0 || ((flags) & O_TMPFILE) == O_TMPFILE) { va_list list; va_start(list, last); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) {
  MODE(flags, flags)
  return opens("open", AT_FDCWD, path, flags) ? -1 : NEXT(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  MODE(flags, flags)
  return opens("open", AT_FDCWD, path, flags) ? -1 : NEXT(open64)(path, flags, mode);
}
int openat(int directory, const char *path, int flags, ...) {
  MODE(flags, flags)
  return opens("openat", directory, path, flags) ? -1 : NEXT(openat)(directory, path, flags, mode);
}
int openat64(int directory, const char *path, int flags, ...) {
  MODE(flags, flags)
  return opens("openat", directory, path, flags) ? -1 : NEXT(openat64)(directory, path, flags, mode);
}

#define BY_FILE(type, name, parameters, fd, ...) \
  type name parameters { return changes(#name, concerns_file(fd)) ? -1 : NEXT(name)(__VA_ARGS__); }
#define BY_PATH(name, parameters, path, ...) BY_PLACE(name, parameters, AT_FDCWD, path, __VA_ARGS__)
#define BY_PLACE(name, parameters, directory, path, ...) \
  int name parameters { return changes(#name, concerns(directory, path)) ? -1 : NEXT(name)(__VA_ARGS__); }

BY_FILE(ssize_t, write, (int fd, const void *bytes, size_t size), fd, fd, bytes, size)
BY_FILE(ssize_t, pwrite, (int fd, const void *bytes, size_t size, off_t at), fd, fd, bytes, size, at)
BY_FILE(ssize_t, pwrite64, (int fd, const void *bytes, size_t size, off64_t at), fd, fd, bytes, size, at)
BY_FILE(ssize_t, writev, (int fd, const struct iovec *parts, int count), fd, fd, parts, count)
BY_FILE(int, ftruncate, (int fd, off_t size), fd, fd, size)
BY_FILE(int, ftruncate64, (int fd, off64_t size), fd, fd, size)
BY_FILE(int, fchmod, (int fd, mode_t mode), fd, fd, mode)
BY_FILE(int, futimens, (int fd, const struct timespec times[2]), fd, fd, times)
BY_PATH(mkdir, (const char *path, mode_t mode), path, path, mode)
BY_PATH(rename, (const char *from, const char *to), to, from, to)
BY_PATH(link, (const char *from, const char *to), to, from, to)
BY_PATH(symlink, (const char *target, const char *path), path, target, path)
BY_PATH(unlink, (const char *path), path, path)
BY_PATH(rmdir, (const char *path), path, path)
BY_PATH(remove, (const char *path), path, path)
BY_PATH(chmod, (const char *path, mode_t mode), path, path, mode)
BY_PLACE(mkdirat, (int at, const char *path, mode_t mode), at, path, at, path, mode)
BY_PLACE(unlinkat, (int at, const char *path, int flags), at, path, at, path, flags)
BY_PLACE(fchmodat, (int at, const char *path, mode_t mode, int flags), at, path, at, path, mode, flags)
BY_PLACE(utimensat, (int at, const char *path, const struct timespec times[2], int flags), at, path, at, path, times, flags)
