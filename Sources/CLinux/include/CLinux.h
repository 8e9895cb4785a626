// What Glibc's Swift module hides: GNU system calls and constants, as plain functions.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int cl_fallocate(int fd, int mode, off_t offset, off_t length);
int cl_fallocate_keep_size(void);
int cl_renameat2(int old_dir, const char *old_path, int new_dir, const char *new_path, unsigned int flags);
unsigned int cl_rename_noreplace(void);
unsigned int cl_rename_exchange(void);
int cl_pipe2_cloexec(int out[2]);
int cl_open(const char *path, int flags, unsigned int mode);
int cl_fcntl_int(int fd, int command, int value);
int cl_o_directory(void);
int cl_o_cloexec(void);
int cl_o_nofollow(void);
/// Switches core dumps and ptrace by other processes off for this process.
int cl_forbid_core_dumps(void);
int cl_peer_credentials(int socket, uint32_t *pid, uint32_t *uid, uint32_t *gid);
int cl_errno(void);
void cl_set_errno(int value);
int cl_umount2_detach(const char *path);
int cl_umount2(const char *path);
void cl_set_thread_name(const char *name);
/// Lets other threads have processor and disk first; for the calling thread only.
void cl_lower_thread_priority(void);
int cl_syncfs(int fd);
/// The text of an error number, always terminated.
void cl_error_text(int number, char *buffer, size_t length);
/// The flag of posix_spawn that gives the child a session of its own.
int cl_posix_spawn_setsid(void);
/// Starts writing dirty pages of the range to the disk, without waiting and without any promise.
int cl_start_write_back(int fd, off_t offset, off_t length);
/// Adds to a `posix_spawn_file_actions_t` that all descriptors from `lowest` on are closed.
int cl_spawn_close_from(void *actions, int lowest);
/// Asks DNS for a host's text records: the whole answer's length, or -1 and the resolver's number for the problem.
///
/// Asks the system's servers, or the one given when `port` is not 0 (both in the machine's byte order). Takes at most
/// two tries of a few seconds for each server.
int cl_dns_texts(const char *host, uint32_t server, uint16_t port, unsigned char *answer, int length, int *problem);
/// Whether the problem is an answer: there is no such host, or it has no text record.
int cl_dns_is_unknown(int problem);
