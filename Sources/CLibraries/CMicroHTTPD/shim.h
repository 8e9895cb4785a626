// libmicrohttpd, with a typed form of each variadic call: Swift cannot make those.
#pragma once
#include <sys/socket.h>
#include <microhttpd.h>

struct cmhd_callbacks {
    void *context;
    MHD_AccessHandlerCallback handle;
    MHD_RequestCompletedCallback completed;
    void *(*begin)(void *context, const char *target, struct MHD_Connection *connection);
};

// Escapes stay as they came: MHD would decode them in place and cut the text at %00.
static size_t cmhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    size_t length = 0;
    while (text[length] != 0) length++;
    return length;
}

static inline struct MHD_Daemon *cmhd_start(int listener, unsigned int connections, unsigned int idle_seconds,
                                            size_t connection_bytes, size_t stack_bytes,
                                            const struct cmhd_callbacks *callbacks) {
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC, 0, NULL, NULL,
        callbacks->handle, callbacks->context,
        MHD_OPTION_LISTEN_SOCKET, listener,
        MHD_OPTION_CONNECTION_LIMIT, connections,
        MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_bytes,
        MHD_OPTION_CONNECTION_MEMORY_INCREMENT, connection_bytes / 4,
        MHD_OPTION_THREAD_STACK_SIZE, stack_bytes,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, cmhd_keep_escapes, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, callbacks->begin, callbacks->context,
        MHD_OPTION_NOTIFY_COMPLETED, callbacks->completed, callbacks->context,
        MHD_OPTION_END);
}

// 0 switches the time-out of a connection off; switching it on again counts from now.
static inline void cmhd_set_timeout(struct MHD_Connection *connection, unsigned int seconds) {
    MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}

static inline int cmhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : (int)info->connect_fd;
}

static inline ssize_t cmhd_end_of_stream(void) { return MHD_CONTENT_READER_END_OF_STREAM; }
static inline ssize_t cmhd_end_with_error(void) { return MHD_CONTENT_READER_END_WITH_ERROR; }
static inline uint64_t cmhd_unknown_size(void) { return MHD_SIZE_UNKNOWN; }
