#define _GNU_SOURCE
#define _FILE_OFFSET_BITS 64
#include "CLinux.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
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
void cl_lower_thread_priority(void) {
    // On Linux both mean the calling thread. Class 2 is best effort, and 7 the last in it.
    setpriority(PRIO_PROCESS, 0, 10);
    syscall(SYS_ioprio_set, 1, 0, (2 << 13) | 7);
}
int cl_syncfs(int fd) { return syncfs(fd); }
void cl_error_text(int number, char *buffer, size_t length) {
    snprintf(buffer, length, "%s", strerrordesc_np(number) ? strerrordesc_np(number) : "unknown error");
}
int cl_posix_spawn_setsid(void) { return POSIX_SPAWN_SETSID; }
int cl_start_write_back(int fd, off_t offset, off_t length) {
    return sync_file_range(fd, offset, length, SYNC_FILE_RANGE_WRITE);
}
int cl_spawn_close_from(void *actions, int lowest) { return posix_spawn_file_actions_addclosefrom_np(actions, lowest); }

int cl_dns_texts(const char *host, uint32_t server, uint16_t port, unsigned char *answer, int length, int *problem) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    memset(answer, 0, (size_t)length);
    *problem = NETDB_INTERNAL;
    if (res_ninit(&state) != 0) return -1;
    if (port != 0) {
        state.nscount = 1;
        memset(&state.nsaddr_list[0], 0, sizeof state.nsaddr_list[0]);
        state.nsaddr_list[0].sin_family = AF_INET;
        state.nsaddr_list[0].sin_addr.s_addr = htonl(server);
        state.nsaddr_list[0].sin_port = htons(port);
    }
    // Never by a connection, which has no time limit; an answer that is too long for a datagram comes back cut and marked.
    state.options |= RES_IGNTC | RES_USE_EDNS0;
    state.retrans = 2;
    state.retry = 2;
    int count = res_nquery(&state, host, ns_c_in, ns_t_txt, answer, length);
    *problem = state.res_h_errno;
    // An answer that was cut down to nothing is not one without records.
    if (count < 0 && *problem == NO_DATA && length >= HFIXEDSZ && (answer[2] & 2)) *problem = TRY_AGAIN;
    res_nclose(&state);
    return count;
}
int cl_dns_is_unknown(int problem) { return problem == HOST_NOT_FOUND || problem == NO_DATA; }
