/* bad_server.c: an HTTP server on this machine that misbehaves on request. */
#include "tests/unit/datasets/bad_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define HALF (BAD_SERVER_BYTES / 2)

/* One request and where its answer goes. */
struct request {
    struct bad_server *server;
    int socket;
    /** Number of this request since the reset, from 1. */
    int number;
    long range; /* first byte asked for; -1: the whole */
    char if_range[64];
    char host[64];
};

static void say(struct request *request, const char *text)
{
    (void)!send(request->socket, text, strlen(text), MSG_NOSIGNAL);
}

static void say_head(struct request *request, const char *status, const char *headers, long length)
{
    char text[1024];
    snprintf(text, sizeof text, "HTTP/1.1 %s\r\nConnection: close\r\n%s", status, headers);
    say(request, text);
    if (length >= 0) {
        snprintf(text, sizeof text, "Content-Length: %ld\r\n", length);
        say(request, text);
    }
    say(request, "\r\n");
}

static bool give(struct request *request, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size > 0) {
        ssize_t count = send(request->socket, at, size, MSG_NOSIGNAL);
        if (count <= 0)
            return false;
        at += count;
        size -= (size_t)count;
        request->server->sent += count;
    }
    return true;
}

static void give_body(struct request *request, long from, long to)
{
    give(request, request->server->body + from, (size_t)(to - from));
}

static void answer_good(struct request *request)
{
    char headers[128];
    bool partial = request->range >= 0 && request->range < BAD_SERVER_BYTES &&
                   (*request->if_range == '\0' || strcmp(request->if_range, "\"one\"") == 0);
    long from = partial ? request->range : 0;
    snprintf(headers, sizeof headers, "ETag: \"one\"\r\nContent-Range: bytes %ld-%d/%d\r\n", from, BAD_SERVER_BYTES - 1,
             BAD_SERVER_BYTES);
    say_head(request, partial ? "206 Partial" : "200 OK", partial ? headers : "ETag: \"one\"\r\n",
             BAD_SERVER_BYTES - from);
    give_body(request, from, BAD_SERVER_BYTES);
}

static void answer_early_close(struct request *request)
{
    say_head(request, "200 OK", "ETag: \"one\"\r\n", BAD_SERVER_BYTES);
    give_body(request, 0, HALF);
}

/* The first answer is cut; then `later` answers. */
static void cut_then(struct request *request, void (*later)(struct request *request))
{
    if (request->number == 1)
        answer_early_close(request);
    else
        later(request);
}

static void answer_cut_then_good(struct request *request)
{
    cut_then(request, answer_good);
}

static void answer_no_length(struct request *request)
{
    say_head(request, "200 OK", "", -1);
    give_body(request, 0, BAD_SERVER_BYTES);
}

static void answer_no_length_cut(struct request *request)
{
    say_head(request, "200 OK", "", -1);
    give_body(request, 0, HALF);
}

static void answer_chunked_cut(struct request *request)
{
    say_head(request, "200 OK", "Transfer-Encoding: chunked\r\n", -1);
    say(request, "10000\r\n");
    give_body(request, 0, 1000);
}

static void answer_chunked(struct request *request)
{
    char size[32];
    say_head(request, "200 OK", "Transfer-Encoding: chunked\r\n", -1);
    snprintf(size, sizeof size, "%x\r\n", BAD_SERVER_BYTES);
    say(request, size);
    give_body(request, 0, BAD_SERVER_BYTES);
    say(request, "\r\n0\r\n\r\n");
}

static void answer_short_length(struct request *request)
{
    say_head(request, "200 OK", "", HALF);
    give_body(request, 0, BAD_SERVER_BYTES);
}

static void answer_long_length(struct request *request)
{
    say_head(request, "200 OK", "", BAD_SERVER_BYTES + 100);
    give_body(request, 0, BAD_SERVER_BYTES);
}

static void wait_for_client(struct request *request)
{
    struct pollfd wait = {.fd = request->socket, .events = POLLIN | POLLRDHUP};
    for (int i = 0; i < 100 && !request->server->stops; i++)
        if (poll(&wait, 1, 100) > 0)
            return;
}

static void answer_stall(struct request *request)
{
    answer_early_close(request);
    wait_for_client(request);
}

static void answer_stall_then_good(struct request *request)
{
    if (request->number == 1)
        answer_stall(request);
    else
        answer_good(request);
}

static void answer_404(struct request *request)
{
    say_head(request, "404 Not Found", "Content-Type: text/html\r\n", 5);
    say(request, "sorry");
}

static void answer_500_then_good(struct request *request)
{
    if (request->number <= 2)
        say_head(request, "500 Oops", "", 0);
    else
        answer_good(request);
}

static void answer_503(struct request *request)
{
    if (request->number == 1)
        say_head(request, "503 Busy", "Retry-After: 1\r\n", 0);
    else
        answer_good(request);
}

static void answer_loop(struct request *request)
{
    say_head(request, "302 Found", "Location: /loop\r\n", 0);
}

static void answer_to_good(struct request *request)
{
    say_head(request, "302 Found", "Location: /good\r\n", 0);
}

static void answer_to_file(struct request *request)
{
    say_head(request, "302 Found", "Location: file:///etc/passwd\r\n", 0);
}

static void answer_portal(struct request *request)
{
    say_head(request, "200 OK", "Content-Type: text/html; charset=utf-8\r\n", 13);
    say(request, "<html></html>");
}

static void answer_whole(struct request *request)
{
    say_head(request, "200 OK", "ETag: \"one\"\r\n", BAD_SERVER_BYTES);
    give_body(request, 0, BAD_SERVER_BYTES);
}

static void answer_range_ignored(struct request *request)
{
    cut_then(request, answer_whole);
}

static void answer_wrong_range(struct request *request)
{
    if (request->range < 0) {
        cut_then(request, answer_whole);
        return;
    }
    say_head(request, "206 Partial", "Content-Range: bytes 7-100/200000\r\n", 94);
    give_body(request, 7, 101);
}

static void answer_416(struct request *request)
{
    if (request->range < 0)
        cut_then(request, answer_whole);
    else
        say_head(request, "416 No", "Content-Range: bytes */200000\r\n", 0);
}

/* The first half is of another file; whether later answers say so is the other two's matter. */
static void answer_other_half(struct request *request)
{
    say_head(request, "200 OK", "ETag: \"old\"\r\n", BAD_SERVER_BYTES);
    static const unsigned char zeros[HALF];
    give(request, zeros, HALF);
}

static void answer_changed(struct request *request)
{
    if (request->number == 1)
        answer_other_half(request);
    else
        answer_good(request);
}

static void answer_changed_silently(struct request *request)
{
    if (request->number == 1) {
        answer_other_half(request);
        return;
    }
    *request->if_range = '\0';
    answer_good(request);
}

static void answer_infinite(struct request *request)
{
    say_head(request, "200 OK", "Transfer-Encoding: chunked\r\n", -1);
    do
        say(request, "30d40\r\n");
    while (give(request, request->server->body, BAD_SERVER_BYTES) && give(request, "\r\n", 2));
}

static void answer_reset(struct request *request)
{
    answer_early_close(request);
    struct linger linger = {.l_onoff = 1};
    setsockopt(request->socket, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

static void answer_empty(struct request *request)
{
    say_head(request, "200 OK", "", 0);
}

static void answer_nothing(struct request *request)
{
    (void)request;
}

static const struct {
    const char *path;
    void (*answer)(struct request *request);
} answers[] = {
    {"/good", answer_good},
    {"/early_close", answer_early_close},
    {"/cut_then_good", answer_cut_then_good},
    {"/no_length", answer_no_length},
    {"/no_length_cut", answer_no_length_cut},
    {"/chunked", answer_chunked},
    {"/chunked_cut", answer_chunked_cut},
    {"/short_length", answer_short_length},
    {"/long_length", answer_long_length},
    {"/stall", answer_stall},
    {"/stall_then_good", answer_stall_then_good},
    {"/500_then_good", answer_500_then_good},
    {"/503", answer_503},
    {"/loop", answer_loop},
    {"/to_good", answer_to_good},
    {"/to_file", answer_to_file},
    {"/portal", answer_portal},
    {"/range_ignored", answer_range_ignored},
    {"/wrong_range", answer_wrong_range},
    {"/416", answer_416},
    {"/changed", answer_changed},
    {"/changed_silently", answer_changed_silently},
    {"/infinite", answer_infinite},
    {"/reset", answer_reset},
    {"/empty", answer_empty},
    {"/nothing", answer_nothing},
};

static void request_answer(struct request *request, char *text)
{
    const char *range = strcasestr(text, "\r\nRange: bytes=");
    const char *if_range = strcasestr(text, "\r\nIf-Range: ");
    request->range = range != NULL ? atol(range + 15) : -1;
    if (if_range != NULL)
        sscanf(if_range + 12, "%63[^\r]", request->if_range);
    char path[64] = "";
    sscanf(text, "GET %63s", path);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (strcmp(answers[i].path, path) == 0) {
            answers[i].answer(request);
            return;
        }
    }
    answer_404(request);
}

static void *bad_server_run(void *argument)
{
    struct bad_server *server = argument;
    while (!server->stops) {
        struct pollfd wait = {.fd = server->listener, .events = POLLIN};
        if (poll(&wait, 1, 50) <= 0)
            continue;
        struct request request = {.server = server, .socket = accept(server->listener, NULL, NULL)};
        char text[4096];
        ssize_t length = recv(request.socket, text, sizeof text - 1, 0);
        text[length > 0 ? length : 0] = '\0';
        request.number = ++server->requests;
        request_answer(&request, text);
        close(request.socket);
    }
    return NULL;
}

void bad_server_init(struct bad_server *server)
{
    for (size_t i = 0; i < BAD_SERVER_BYTES; i++)
        server->body[i] = (unsigned char)(i * 2654435761U >> 13);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    server->stops = false;
    server->listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server->listener, (struct sockaddr *)&address, size) != 0 || listen(server->listener, 8) != 0 ||
        getsockname(server->listener, (struct sockaddr *)&address, &size) != 0)
        abort();
    server->port = ntohs(address.sin_port);
    bad_server_reset(server);
    pthread_create(&server->thread, NULL, bad_server_run, server);
}

void bad_server_reset(struct bad_server *server)
{
    server->requests = 0;
    server->sent = 0;
}

void bad_server_finish(struct bad_server *server)
{
    server->stops = true;
    pthread_join(server->thread, NULL);
    close(server->listener);
}
