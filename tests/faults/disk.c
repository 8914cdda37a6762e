/* Stands between a program and its disk: fails, delays or counts its calls, and records them.
 *
 * Loaded with LD_PRELOAD. DISK_RULES names a file of rules, which is read again at every call, so
 * that a test can change it while the program runs:
 *
 *     CALL SUFFIX SKIP ACTION VALUE
 *
 * CALL is sync, write, truncate or space; SUFFIX is how the name of the file ends; the first SKIP
 * calls are left alone. ACTION is error (VALUE is the errno), hang (until the file is another one),
 * kill, or free (VALUE is how many bytes are free). DISK_RECORD names a file that is written to:
 * what was done to the database and its log, each as an operation (w, t, s; F for a flush that
 * failed), a file (1 the database, 2 its log), an offset (64 bits), a length (32 bits) and data.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

#define REAL(name)                          \
    static __typeof__(&name) real;          \
    if (!real) real = dlsym(RTLD_NEXT, #name)

enum { RULES_MAX = 8 };
static long calls[RULES_MAX];
static pthread_mutex_t record_lock = PTHREAD_MUTEX_INITIALIZER;

static int ends_with(const char *text, const char *end) {
    size_t text_length = strlen(text), end_length = strlen(end);
    return text_length >= end_length && !strcmp(text + text_length - end_length, end);
}

static int path_of(int fd, char *path, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static ssize_t real_write(int fd, const void *data, size_t length) {
    REAL(write);
    return real(fd, data, length);
}

/* Does what the rules say. Gives 1 if the call is to fail with errno; *free_bytes is set by a rule
 * about space. */
static int apply_rules(const char *call, const char *path, unsigned long long *free_bytes) {
    const char *file = getenv("DISK_RULES");
    if (!file) return 0;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    char text[1024];
    ssize_t length = read(fd, text, sizeof text - 1);
    struct stat rules;
    fstat(fd, &rules);
    close(fd);
    if (length <= 0) return 0;
    text[length] = 0;

    char *rest, *line = strtok_r(text, "\n", &rest);
    for (int rule = 0; line && rule < RULES_MAX; rule++, line = strtok_r(NULL, "\n", &rest)) {
        char of[16], suffix[64], action[16];
        long skip, value;
        if (sscanf(line, "%15s %63s %ld %15s %ld", of, suffix, &skip, action, &value) != 5) continue;
        if (strcmp(of, call) || !ends_with(path, suffix)) continue;
        if (__sync_fetch_and_add(&calls[rule], 1) < skip) continue;
        if (!strcmp(action, "hang")) {
            struct timespec pause = {0, 10 * 1000000};
            struct stat now;
            while (!stat(file, &now) && now.st_ino == rules.st_ino) nanosleep(&pause, NULL);
        } else if (!strcmp(action, "kill")) {
            raise(SIGKILL);
        } else if (!strcmp(action, "free") && free_bytes) {
            *free_bytes = value;
        } else if (!strcmp(action, "error")) {
            errno = value;
            return 1;
        }
    }
    return 0;
}

static int fails(const char *call, int fd) {
    char path[512];
    int before = errno;
    if (!path_of(fd, path, sizeof path)) return 0;
    if (apply_rules(call, path, NULL)) return 1;
    errno = before;
    return 0;
}

static void record(char operation, int fd, uint64_t offset, uint32_t length, const void *data) {
    const char *file = getenv("DISK_RECORD");
    char path[512];
    if (!file || !path_of(fd, path, sizeof path)) return;
    uint8_t which = ends_with(path, "objects.sqlite3") ? 1
                    : ends_with(path, "objects.sqlite3-wal") ? 2 : 0;
    if (!which) return;
    size_t size = 14 + (data ? length : 0);
    char *entry = malloc(size);
    entry[0] = operation;
    entry[1] = which;
    memcpy(entry + 2, &offset, 8);
    memcpy(entry + 10, &length, 4);
    if (data) memcpy(entry + 14, data, length);
    pthread_mutex_lock(&record_lock);
    static int out = -1;
    if (out < 0) out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (real_write(out, entry, size) != (ssize_t)size) abort();
    pthread_mutex_unlock(&record_lock);
    free(entry);
}

static int flushed(int fd, int result) {
    int error = errno;
    record(result ? 'F' : 's', fd, 0, 0, NULL);
    errno = error;
    return result;
}

int fsync(int fd) {
    REAL(fsync);
    return flushed(fd, fails("sync", fd) ? -1 : real(fd));
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return flushed(fd, fails("sync", fd) ? -1 : real(fd));
}

static ssize_t written(int fd, ssize_t result, off_t offset, const void *data) {
    int error = errno;
    if (result > 0) record('w', fd, offset, result, data);
    errno = error;
    return result;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    REAL(pwrite);
    return fails("write", fd) ? -1 : written(fd, real(fd, data, length, offset), offset, data);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    REAL(pwrite64);
    return fails("write", fd) ? -1 : written(fd, real(fd, data, length, offset), offset, data);
}

ssize_t write(int fd, const void *data, size_t length) {
    off_t offset = lseek(fd, 0, SEEK_CUR);
    return fails("write", fd) ? -1 : written(fd, real_write(fd, data, length), offset, data);
}

static int truncated(int fd, int result, off_t length) {
    if (!result) record('t', fd, length, 0, NULL);
    return result;
}

int ftruncate(int fd, off_t length) {
    REAL(ftruncate);
    return fails("truncate", fd) ? -1 : truncated(fd, real(fd, length), length);
}

int ftruncate64(int fd, off64_t length) {
    REAL(ftruncate64);
    return fails("truncate", fd) ? -1 : truncated(fd, real(fd, length), length);
}

static void limit_space(const char *path, struct statvfs *disk) {
    unsigned long long free_bytes = ~0ULL;
    apply_rules("space", path, &free_bytes);
    if (free_bytes != ~0ULL) disk->f_bavail = free_bytes / disk->f_frsize;
}

int statvfs(const char *path, struct statvfs *disk) {
    REAL(statvfs);
    int result = real(path, disk);
    if (!result) limit_space(path, disk);
    return result;
}

int statvfs64(const char *path, struct statvfs64 *disk) {
    REAL(statvfs64);
    int result = real(path, disk);
    if (!result) limit_space(path, (struct statvfs *)disk);
    return result;
}
