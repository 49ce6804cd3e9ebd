/* Preloaded before the C library: from the FAIL_AT-th call on the shop's files on, reading, writing and syncing
 * them fails as a broken disk does. FAIL_COUNT, where set, names a file that gets the number of calls. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls = 0;

static int fails(int fd) {
    int before = errno;
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    if (!strstr(path, "shop.zhanggui")) return 0;
    long call = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
    const char *at = getenv("FAIL_AT");
    if (!at || call < atol(at)) return 0;
    errno = EIO;
    return 1;
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("FAIL_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t pread64(int fd, void *to, size_t n, off64_t at) { return fails(fd) ? -1 : REAL(pread64)(fd, to, n, at); }
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) { return fails(fd) ? -1 : REAL(pwrite64)(fd, from, n, at); }
ssize_t pread(int fd, void *to, size_t n, off_t at) { return fails(fd) ? -1 : REAL(pread)(fd, to, n, at); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return fails(fd) ? -1 : REAL(pwrite)(fd, from, n, at); }
int fsync(int fd) { return fails(fd) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : REAL(fdatasync)(fd); }
int ftruncate64(int fd, off64_t n) { return fails(fd) ? -1 : REAL(ftruncate64)(fd, n); }
int ftruncate(int fd, off_t n) { return fails(fd) ? -1 : REAL(ftruncate)(fd, n); }
