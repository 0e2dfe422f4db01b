/*
 * file_server.c: serves the files of a folder over HTTP on this machine, for the tests of downloads.
 *
 *     file_server FOLDER LOG
 *
 * Prints its port, then answers until it is stopped: GET with ranges and entity tags. Below /slow/ it sends 64 KiB and then
 * 1 KiB every 20 ms. LOG gets a line for each request: path, first byte asked for.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define FAST_START 65536
#define SLOW_PIECE 1024
#define SLOW_PAUSE_MICROSECONDS 20000

static bool send_all(int client, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = send(client, bytes, size, MSG_NOSIGNAL);
        if (count <= 0)
            return false;
        bytes += count;
        size -= (size_t)count;
    }
    return true;
}

static void send_body(int client, int file, bool slow)
{
    static char piece[FAST_START];
    size_t size = sizeof piece;
    for (ssize_t count; (count = read(file, piece, size)) > 0;) {
        if (!send_all(client, piece, (size_t)count))
            return;
        if (slow) {
            size = SLOW_PIECE;
            usleep(SLOW_PAUSE_MICROSECONDS);
        }
    }
}

static void send_file(int client, int file, long from, bool slow)
{
    struct stat status;
    char head[512];
    fstat(file, &status);
    long size = (long)status.st_size, begin = from > 0 && from < size ? from : 0;
    int length = snprintf(head, sizeof head, "HTTP/1.1 %s\r\nConnection: close\r\nETag: \"%ld-%ld\"\r\n",
                          begin > 0 ? "206 Partial Content" : "200 OK", size, (long)status.st_mtime);
    if (begin > 0)
        length += snprintf(head + length, sizeof head - (size_t)length, "Content-Range: bytes %ld-%ld/%ld\r\n", begin,
                           size - 1, size);
    length += snprintf(head + length, sizeof head - (size_t)length, "Content-Length: %ld\r\n\r\n", size - begin);
    lseek(file, begin, SEEK_SET);
    if (send_all(client, head, (size_t)length))
        send_body(client, file, slow);
}

static void answer(int client, FILE *log)
{
    static const char missing[] = "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    char request[4096], path[256] = "";
    ssize_t length = recv(client, request, sizeof request - 1, 0);
    request[length > 0 ? length : 0] = '\0';
    sscanf(request, "GET /%255s", path);
    const char *range = strcasestr(request, "\r\nRange: bytes=");
    long from = range != NULL ? strtol(range + 15, NULL, 10) : 0;
    bool slow = strncmp(path, "slow/", 5) == 0;
    fprintf(log, "%s %ld\n", path, from);
    fflush(log);
    int file = strstr(path, "..") == NULL ? open(slow ? path + 5 : path, O_RDONLY) : -1;
    if (file < 0) {
        send_all(client, missing, sizeof missing - 1);
        return;
    }
    send_file(client, file, from, slow);
    close(file);
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    FILE *log = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (log == NULL || chdir(argv[1]) != 0 || bind(listener, (struct sockaddr *)&address, size) != 0 ||
        listen(listener, 8) != 0 || getsockname(listener, (struct sockaddr *)&address, &size) != 0) {
        fprintf(stderr, "file_server FOLDER LOG\n");
        return 1;
    }
    signal(SIGPIPE, SIG_IGN);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            continue;
        if (fork() == 0) {
            answer(client, log);
            _exit(0);
        }
        close(client);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
}
