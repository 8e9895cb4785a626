#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/falloc.h>

int cl_fallocate(int fd, int mode, off_t offset, off_t length) { return fallocate(fd, mode, offset, length); }
int cl_fallocate_keep_size(void) { return FALLOC_FL_KEEP_SIZE; }

int cl_renameat2(int old_dir, const char *old_path, int new_dir, const char *new_path, unsigned int flags) {
    return renameat2(old_dir, old_path, new_dir, new_path, flags);
}
unsigned int cl_rename_noreplace(void) { return RENAME_NOREPLACE; }
unsigned int cl_rename_exchange(void) { return RENAME_EXCHANGE; }

int cl_pipe2_cloexec(int out[2]) { return pipe2(out, O_CLOEXEC); }
int cl_open(const char *path, int flags, unsigned int mode) { return open(path, flags, mode); }
int cl_fcntl_int(int fd, int command, int value) { return fcntl(fd, command, value); }
int cl_o_directory(void) { return O_DIRECTORY; }
int cl_o_cloexec(void) { return O_CLOEXEC; }
int cl_o_nofollow(void) { return O_NOFOLLOW; }

int cl_forbid_core_dumps(void) {
    struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0) return -1;
    return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int cl_peer_credentials(int socket, uint32_t *pid, uint32_t *uid, uint32_t *gid) {
    struct ucred credentials;
    socklen_t length = sizeof credentials;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) return -1;
    *pid = (uint32_t)credentials.pid;
    *uid = credentials.uid;
    *gid = credentials.gid;
    return 0;
}
int cl_errno(void) { return errno; }
void cl_set_errno(int value) { errno = value; }
int cl_umount2_detach(const char *path) { return umount2(path, MNT_DETACH); }
int cl_umount2(const char *path) { return umount2(path, 0); }
void cl_set_thread_name(const char *name) { pthread_setname_np(pthread_self(), name); }
int cl_syncfs(int fd) { return syncfs(fd); }
void cl_error_text(int number, char *buffer, size_t length) {
    snprintf(buffer, length, "%s", strerrordesc_np(number) ? strerrordesc_np(number) : "unknown error");
}
int cl_posix_spawn_setsid(void) { return POSIX_SPAWN_SETSID; }
int cl_start_write_back(int fd, off_t offset, off_t length) {
    return sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}
int cl_spawn_close_from(void *actions, int lowest) { return posix_spawn_file_actions_addclosefrom_np(actions, lowest); }
