// Calls on files that Glibc's Swift module hides, as plain functions; each fails as the call does, with -1.
#pragma once

#include <stddef.h>
#include <sys/types.h>

int cfe_allocate(int fd, off_t offset, off_t length);
/// Reserves space and leaves the size alone.
int cfe_reserve(int fd, off_t offset, off_t length);
int cfe_punch_hole(int fd, off_t offset, off_t length);
int cfe_zero(int fd, off_t offset, off_t length);
/// Zeros as far as the file reaches.
int cfe_zero_inside(int fd, off_t offset, off_t length);
off_t cfe_seek_data(int fd, off_t offset);
off_t cfe_seek_hole(int fd, off_t offset);
/// Both offsets move on by what was copied.
ssize_t cfe_copy(int source, off_t *from, int target, off_t *to, size_t length);
/// Into `target` at its current position.
ssize_t cfe_send(int target, int source, off_t *from, size_t length);
/// A file in memory without a name.
int cfe_memory_file(void);
/// Lets the system forget what it remembers of the file and need not keep.
int cfe_drop_cache(int fd);
/// Writes what is dirty in the cache to the file system, and waits for it.
int cfe_write_back(int fd);
/// Copies from or to a mapping; fails with EIO where touching it would end the process. For one thread of a process.
int cfe_copy_guarded(void *to, const void *from, size_t length);
