/* test_download.c: whatever a server does, no wrong file ever gets the final name. */
#include "components/datasets/download.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/digest.h"
#include "engine/base/durable_file.h"
#include "tests/unit/datasets/bad_server.h"
#include "tests/unit/scratch.h"

static const struct download_limits impatient = {
    .bytes = 1 << 20,
    .attempts = 3,
    .backoff_seconds = 0.01,
    .longest_wait_seconds = 0.1,
    .connect_seconds = 2,
    .stall_seconds = 1,
    .stall_bytes = 1024,
};

static struct bad_server server;
static struct scratch scratch;
static char path[128];
static char checksum[DIGEST_HEX_BYTES];

static void begin(void)
{
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s/file", scratch.path);
    bad_server_init(&server);
    digest_bytes(DIGEST_SHA256, server.body, sizeof server.body, checksum);
}

static void end(void)
{
    bad_server_finish(&server);
    scratch_finish(&scratch);
}

/*
 * curl takes the mean of five seconds for the speed: after the half file that comes before a stall, it would take these
 * seconds to see it. What counts as slow is therefore more than that half, where a server is known to stall.
 */
static struct download_limits limits_for(const char *name)
{
    struct download_limits limits = impatient;
    if (strncmp(name, "stall", strlen("stall")) == 0) {
        limits.stall_bytes = BAD_SERVER_BYTES;
        limits.attempts = 2;
    }
    return limits;
}

static bool download(const char *name, bool checked, struct error *error)
{
    char url[128];
    struct download_limits limits = limits_for(name);
    snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", server.port, name);
    struct download_source source = {.url = url, .checksum = checked ? checksum : NULL};
    bad_server_reset(&server);
    return download_file(&source, path, &limits, &progress_silent, error);
}

static bool is_right(const char *file)
{
    struct text bytes = TEXT_INIT;
    struct error error = ERROR_INIT;
    bool right = file_read(file, BAD_SERVER_BYTES, &bytes, ERROR_DATA, &error) && bytes.length == BAD_SERVER_BYTES &&
                 memcmp(bytes.data, server.body, BAD_SERVER_BYTES) == 0;
    text_finish(&bytes);
    return right;
}

START_TEST(test_no_server_gets_a_wrong_file_through)
{
    static const struct {
        const char *name;
        bool checked;
        /** What the error says; NULL: the file must come. */
        const char *message;
        int requests;
    } cases[] = {
        {"good", true, NULL, 1},
        {"good", false, NULL, 1},
        {"early_close", true, "100000 bytes remaining", 3},
        {"cut_then_good", true, NULL, 2},
        {"cut_then_good", false, NULL, 2},
        {"no_length", true, NULL, 1},
        {"no_length", false, "the server does not say how long the file is", 1},
        {"no_length_cut", true, "wanted the SHA-256", 1},
        {"chunked", false, NULL, 1},
        {"chunked_cut", false, "closed with outstanding read data remaining", 3},
        {"short_length", true, "wanted the SHA-256", 1},
        {"long_length", true, "100 bytes remaining", 3},
        {"stall", true, "Operation too slow", 2},
        {"stall_then_good", true, NULL, 2},
        {"404", true, "the server answered with status 404 (not found)", 1},
        {"500_then_good", true, NULL, 3},
        {"loop", true, "Maximum (5) redirects followed", 6},
        {"to_good", false, NULL, 2},
        {"to_file", true, "Protocol \"file\" not supported", 1},
        {"portal", true, "wanted a file, and the server sent a web page", 1},
        {"portal", false, "wanted a file, and the server sent a web page", 1},
        {"range_ignored", true, NULL, 2},
        {"wrong_range", true, NULL, 3},
        {"416", true, NULL, 3},
        {"changed", true, NULL, 2},
        {"changed_silently", true, NULL, 3},
        {"infinite", true, "wanted at most 1048576 bytes, and the server sent more", 1},
        {"reset", true, NULL, 0},
        {"empty", true, "wanted the SHA-256", 1},
        {"nothing", true, "Empty reply from server", 3},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        bool ok = download(cases[i].name, cases[i].checked, &error);
        bool reset = strcmp(cases[i].name, "reset") == 0; /* how much came before it is the system's matter */
        ck_assert_msg(ok == (access(path, F_OK) == 0), "%s", cases[i].name);
        ck_assert_msg(!ok || is_right(path), "%s", cases[i].name);
        if (!reset) {
            ck_assert_msg(ok == (cases[i].message == NULL), "%s: %s", cases[i].name, error.message);
            ck_assert_msg(ok || strstr(error.message, cases[i].message) != NULL, "%s: %s", cases[i].name,
                          error.message);
            ck_assert_msg(ok || error.code == ERROR_DATA, "%s", cases[i].name);
            ck_assert_msg(server.requests == cases[i].requests, "%s: %d requests", cases[i].name, server.requests);
        }
        char other[160];
        static const char *const endings[] = {"", ".part", ".part.json"};
        for (int j = 0; j < 3; j++) {
            snprintf(other, sizeof other, "%s%s", path, endings[j]);
            ck_assert_msg(j == 0 || !ok || access(other, F_OK) != 0, "%s leaves '%s'", cases[i].name, other);
            unlink(other);
        }
    }
    end();
}
END_TEST

START_TEST(test_only_the_missing_bytes_are_fetched)
{
    begin();
    struct error error = ERROR_INIT;
    ck_ok(download("cut_then_good", true, &error), error);
    ck_assert_int_eq(server.sent, BAD_SERVER_BYTES);
    end();
}
END_TEST

START_TEST(test_a_part_of_another_run_is_continued)
{
    begin();
    struct error error = ERROR_INIT;
    struct download_limits once = impatient;
    once.attempts = 1;
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/cut_then_good", server.port);
    struct download_source source = {.url = url, .checksum = checksum};
    ck_assert(!download_file(&source, path, &once, &progress_silent, &error));
    error_clear(&error);
    ck_ok(download_file(&source, path, &once, &progress_silent, &error), error);
    ck_assert_int_eq(server.sent, BAD_SERVER_BYTES);
    ck_assert(is_right(path));
    end();
}
END_TEST

START_TEST(test_retry_after_is_honoured)
{
    begin();
    struct error error = ERROR_INIT;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    ck_ok(download("503", true, &error), error);
    clock_gettime(CLOCK_MONOTONIC, &after);
    ck_assert_double_ge((double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) * 1e-9, 1);
    end();
}
END_TEST

START_TEST(test_mirrors_are_tried_in_order_and_failure_says_what_to_do)
{
    begin();
    struct error error = ERROR_INIT;
    char urls[3][128];
    static const char *const names[] = {"404", "short_length", "good"};
    for (int i = 0; i < 3; i++)
        snprintf(urls[i], sizeof urls[i], "http://127.0.0.1:%d/%s", server.port, names[i]);
    const char *mirrors[] = {urls[1], urls[2]};
    struct download_source source = {.url = urls[0], .mirrors = {mirrors, 1}, .checksum = checksum};
    ck_assert(!download_file(&source, path, &impatient, &progress_silent, &error));
    char hint[256];
    snprintf(hint, sizeof hint, "fetch the file in another way and put it at '%s'", path);
    ck_assert_str_eq(error.hint, hint);
    error_clear(&error);
    source.mirrors.count = 2;
    ck_ok(download_file(&source, path, &impatient, &progress_silent, &error), error);
    ck_assert(is_right(path));
    end();
}
END_TEST

START_TEST(test_a_file_that_is_there_is_checked_and_not_fetched_again)
{
    begin();
    struct error error = ERROR_INIT;
    ck_ok(download("good", true, &error), error);
    ck_ok(download("404", true, &error), error);
    ck_assert_int_eq(server.requests, 0);
    ck_ok(durable_file_save(path, "wrong", 5, &error), error);
    ck_ok(download("good", true, &error), error);
    ck_assert(is_right(path));
    end();
}
END_TEST

START_TEST(test_addresses_that_may_not_be_used_are_refused)
{
    static const struct {
        const char *url;
        const char *message;
    } cases[] = {
        {"http://example.com/x", "'http://example.com/x' can be changed on its way, and no checksum is given"},
        {"ftp://example.com/x", "wanted an 'https', 'http' or 'file' address, found 'ftp://example.com/x'"},
        {"https://user:word@example.com/x", "'https://user:word@example.com/x' is not an address: "},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        struct download_source source = {.url = cases[i].url};
        ck_assert(!download_file(&source, path, &impatient, &progress_silent, &error));
        ck_assert_int_eq(error.code, ERROR_CONFIG);
        ck_assert_msg(strncmp(error.message, cases[i].message, strlen(cases[i].message)) == 0, "%s", error.message);
    }
    end();
}
END_TEST

static bool stop(struct progress *progress)
{
    (void)progress;
    return true;
}

START_TEST(test_a_stop_ends_a_stalled_download_at_once)
{
    begin();
    struct error error = ERROR_INIT;
    struct progress progress = progress_silent;
    progress.stopped = stop;
    char url[128];
    snprintf(url, sizeof url, "http://127.0.0.1:%d/stall", server.port);
    struct download_source source = {.url = url, .checksum = checksum};
    ck_assert(!download_file(&source, path, &download_default_limits, &progress, &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    ck_assert_int_ne(access(path, F_OK), 0);
    end();
}
END_TEST

START_TEST(test_a_file_address_is_copied)
{
    begin();
    struct error error = ERROR_INIT;
    char url[160], origin[140];
    snprintf(origin, sizeof origin, "%s.origin", path);
    snprintf(url, sizeof url, "file://%s", origin);
    ck_ok(durable_file_save(origin, server.body, sizeof server.body, &error), error);
    struct download_source source = {.url = url};
    ck_ok(download_file(&source, path, &impatient, &progress_silent, &error), error);
    ck_assert(is_right(path));
    end();
}
END_TEST

UNIT_MAIN("download", test_no_server_gets_a_wrong_file_through, test_only_the_missing_bytes_are_fetched,
          test_a_part_of_another_run_is_continued, test_retry_after_is_honoured,
          test_mirrors_are_tried_in_order_and_failure_says_what_to_do,
          test_a_file_that_is_there_is_checked_and_not_fetched_again, test_addresses_that_may_not_be_used_are_refused,
          test_a_stop_ends_a_stalled_download_at_once, test_a_file_address_is_copied)
