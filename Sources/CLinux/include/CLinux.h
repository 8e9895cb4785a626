// What Glibc's Swift module hides: GNU system calls and constants, as plain functions.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int cl_fallocate(int fd, int mode, off_t offset, off_t length);
int cl_fallocate_keep_size(void);
int cl_fallocate_punch_hole(void);
int cl_fallocate_zero_range(void);
int cl_renameat2(int old_dir, const char *old_path, int new_dir, const char *new_path, unsigned int flags);
unsigned int cl_rename_noreplace(void);
unsigned int cl_rename_exchange(void);
int cl_pipe2_cloexec(int out[2]);
int cl_gettid(void);
int cl_tgkill(int pid, int tid, int sig);
ssize_t cl_getrandom(void *buffer, size_t length);
ssize_t cl_getxattr(const char *path, const char *name, void *value, size_t size);
int cl_dup3_cloexec(int from, int to);
int cl_open(const char *path, int flags, unsigned int mode);
int cl_openat(int dir, const char *path, int flags, unsigned int mode);
int cl_fcntl_int(int fd, int command, int value);
int cl_o_tmpfile(void);
int cl_o_path(void);
int cl_o_directory(void);
int cl_o_cloexec(void);
int cl_o_nofollow(void);
int cl_seek_data(void);
int cl_seek_hole(void);
int cl_memlock_all_limit_raise(void);
/// Switches core dumps and ptrace by other processes off for this process.
int cl_forbid_core_dumps(void);
/// Asks the kernel to send `signal` to this process when its parent dies.
int cl_die_with_parent(int signal);
int cl_peer_credentials(int socket, uint32_t *pid, uint32_t *uid, uint32_t *gid);
unsigned int cl_major(dev_t device);
unsigned int cl_minor(dev_t device);
dev_t cl_makedev(unsigned int major, unsigned int minor);
int cl_errno(void);
void cl_set_errno(int value);
/// Wipes memory in a way the optimiser keeps.
void cl_wipe(void *memory, size_t length);
int cl_umount2_detach(const char *path);
int cl_umount2(const char *path);
void cl_set_thread_name(const char *name);
int cl_syncfs(int fd);
/// The text of an error number, always terminated.
void cl_error_text(int number, char *buffer, size_t length);
/// The flag of posix_spawn that gives the child a session of its own.
int cl_posix_spawn_setsid(void);
/// Starts writing dirty pages of the range to the disk, without waiting and without any promise.
int cl_start_write_back(int fd, off_t offset, off_t length);
/// Adds to a `posix_spawn_file_actions_t` that all descriptors from `lowest` on are closed.
int cl_spawn_close_from(void *actions, int lowest);
