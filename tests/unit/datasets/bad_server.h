/*
 * bad_server.h: an HTTP server on this machine that misbehaves on request: the path says how.
 *
 * The file that it should serve is `bad_server_body`. One connection, one answer. Paths are in bad_server.c's table.
 */
#ifndef LRUN_TESTS_UNIT_DATASETS_BAD_SERVER_H
#define LRUN_TESTS_UNIT_DATASETS_BAD_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

#define BAD_SERVER_BYTES 200000

struct bad_server {
    int listener;
    int port;
    pthread_t thread;
    atomic_bool stops;
    /** Requests since the last reset, and bytes of bodies sent for them. */
    atomic_int requests;
    atomic_long sent;
    unsigned char body[BAD_SERVER_BYTES];
};

void bad_server_init(struct bad_server *server);
void bad_server_reset(struct bad_server *server);
void bad_server_finish(struct bad_server *server);

#endif
