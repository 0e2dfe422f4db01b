/* transfer.c: one exchange with a server, by libcurl. */
#include "components/datasets/transfer.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build_config.h"
#include "engine/base/library.h"
#include "engine/base/text.h"

#define MAX_RETRY_AFTER_SECONDS 60

/* What the headers of the last response said. */
struct answer {
    char content_type[128];
    char tag[TRANSFER_TAG_BYTES];
    bool has_range;
    uint64_t range_start;
    uint64_t range_total;
    bool has_length;
    uint64_t length;
    bool is_chunked;
    double retry_after;
};

/* One exchange under way. */
struct exchange {
    struct transfer *transfer;
    struct error *error;
    CURL *curl;
    struct answer answer;
    bool is_accepted;
    /** Why the exchange was broken off by this side. */
    enum transfer_outcome outcome;
    char reason[CURL_ERROR_SIZE];
};

/* clang-format off */
#define CURL_FUNCTIONS(function) \
    function(curl_, easy_cleanup) \
    function(curl_, easy_getinfo) \
    function(curl_, easy_init) \
    function(curl_, easy_perform) \
    function(curl_, easy_setopt) \
    function(curl_, easy_strerror) \
    function(curl_, free) \
    function(curl_, global_init) \
    function(curl_, slist_append) \
    function(curl_, slist_free_all) \
    function(curl_, url) \
    function(curl_, url_cleanup) \
    function(curl_, url_get) \
    function(curl_, url_set) \
    function(curl_, url_strerror)
/* clang-format on */

static struct {
    CURL_FUNCTIONS(LIBRARY_POINTER)
} libcurl;

static bool transfer_start_curl(struct error *error)
{
    return libcurl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK || error_set(error, ERROR_RUN, "cannot start libcurl");
}

static struct library library = {
    .name = "libcurl",
    .files = {"libcurl.so.4", "libcurl-gnutls.so.4"},
    .package = "libcurl4",
    .functions = LIBRARY_NAMES(CURL_FUNCTIONS),
    .table = &libcurl,
    .begin = transfer_start_curl,
};

static bool starts_with(const char *string, const char *start)
{
    return strncasecmp(string, start, strlen(start)) == 0;
}

static bool exchange_break(struct exchange *exchange, enum transfer_outcome outcome)
{
    exchange->outcome = outcome;
    return false;
}

static long exchange_get_status(const struct exchange *exchange)
{
    long status = 0;
    libcurl.easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    return status;
}

/* ---- headers ---- */

static bool header_get(const char *line, const char *name, char *value, size_t size)
{
    size_t length = strlen(name);
    if (!starts_with(line, name) || line[length] != ':')
        return false;
    line += length + 1;
    line += strspn(line, " \t");
    size_t count = strlen(line);
    if (count >= size)
        return false;
    memcpy(value, line, count + 1);
    return true;
}

/* "bytes 100-199/200"; the total may be "*". */
static void answer_set_range(struct answer *answer, const char *value)
{
    uint64_t first = 0, last = 0;
    int used = 0;
    if (sscanf(value, "bytes %" SCNu64 "-%" SCNu64 "/%n", &first, &last, &used) != 2 || used == 0)
        return;
    int64_t total = 0;
    answer->has_range = true;
    answer->range_start = first;
    answer->range_total = number_parse_int64(value + used, &total) && total > 0 ? (uint64_t)total : 0;
}

static void answer_add_header(struct answer *answer, const char *line)
{
    char value[TRANSFER_TAG_BYTES];
    int64_t number = 0;
    if (starts_with(line, "HTTP/"))
        *answer = (struct answer){.is_chunked = starts_with(line, "HTTP/2") || starts_with(line, "HTTP/3")};
    else if (header_get(line, "content-type", value, sizeof answer->content_type))
        memcpy(answer->content_type, value, sizeof answer->content_type);
    else if (header_get(line, "etag", value, sizeof value) && *value == '"') /* W/"..." does not say "the same bytes" */
        memcpy(answer->tag, value, sizeof answer->tag);
    else if (header_get(line, "content-range", value, sizeof value))
        answer_set_range(answer, value);
    else if (header_get(line, "content-length", value, sizeof value) && number_parse_int64(value, &number))
        answer->has_length = number >= 0, answer->length = number >= 0 ? (uint64_t)number : 0;
    else if (header_get(line, "transfer-encoding", value, sizeof value))
        answer->is_chunked = strcasestr(value, "chunked") != NULL;
    else if (header_get(line, "retry-after", value, sizeof value) && number_parse_int64(value, &number))
        answer->retry_after = number < 0                         ? 0
                              : number > MAX_RETRY_AFTER_SECONDS ? MAX_RETRY_AFTER_SECONDS
                                                                 : (double)number;
}

static size_t exchange_take_header(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    char line[512];
    size_t length = size * count;
    if (length < sizeof line) {
        memcpy(line, bytes, length);
        line[length] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        answer_add_header(&exchange->answer, line);
    }
    return length;
}

/* ---- the answer's acceptance ---- */

static bool accept_partial(struct exchange *exchange)
{
    const struct answer *answer = &exchange->answer;
    struct transfer *transfer = exchange->transfer;
    bool same_size = transfer->size == 0 || answer->range_total == 0 || answer->range_total == transfer->size;
    if (!answer->has_range || answer->range_start != transfer->offset || !same_size) {
        error_set(exchange->error, ERROR_DATA, "wanted the bytes from %" PRIu64 " on, and the server sent others",
                  transfer->offset);
        return exchange_break(exchange, TRANSFER_RESTART);
    }
    if (transfer->size == 0)
        transfer->size = answer->range_total;
    return true;
}

static bool accept_whole(struct exchange *exchange)
{
    const struct answer *answer = &exchange->answer;
    struct transfer *transfer = exchange->transfer;
    if (ftruncate(transfer->descriptor, 0) != 0 || lseek(transfer->descriptor, 0, SEEK_SET) != 0) {
        error_set_errno(exchange->error, ERROR_STORAGE, errno, "cannot write the partial file");
        return exchange_break(exchange, TRANSFER_FAILED);
    }
    transfer->offset = 0;
    transfer->size = answer->has_length ? answer->length : 0;
    memcpy(transfer->tag, answer->tag, sizeof transfer->tag);
    return true;
}

static bool accept_kind(struct exchange *exchange)
{
    const struct answer *answer = &exchange->answer;
    const struct transfer *transfer = exchange->transfer;
    if (starts_with(answer->content_type, "text/html")) {
        error_set(exchange->error, ERROR_DATA, "wanted a file, and the server sent a web page");
        error_hint(exchange->error, "a login page or a proxy may have answered: open the address in a browser");
        return exchange_break(exchange, TRANSFER_FAILED);
    }
    bool has_end = answer->has_length || answer->is_chunked || answer->has_range;
    if (!has_end && transfer->expected_size == 0 && !transfer->is_checked) {
        error_set(exchange->error, ERROR_DATA, "the server does not say how long the file is");
        error_hint(exchange->error, "give its 'checksum', so that a whole file can be told from a cut one");
        return exchange_break(exchange, TRANSFER_FAILED);
    }
    return true;
}

static bool accept_size(struct exchange *exchange)
{
    const struct transfer *transfer = exchange->transfer;
    if (transfer->size == 0 || transfer->expected_size == 0 || transfer->size == transfer->expected_size)
        return true;
    error_set(exchange->error, ERROR_DATA, "wanted %" PRIu64 " bytes, and the server has %" PRIu64,
              transfer->expected_size, transfer->size);
    return exchange_break(exchange, TRANSFER_FAILED);
}

static bool is_file(const struct transfer *transfer)
{
    return starts_with(transfer->url, "file:");
}

/* Before the first byte is written. curl calls for no body of a redirect, nor (FAILONERROR) of an error. */
static bool exchange_accept(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    long status = exchange_get_status(exchange);
    if (is_file(transfer))
        exchange->answer = (struct answer){.is_chunked = true}; /* its end is the file's */
    else if (status != 200 && status != 206) {
        error_set(exchange->error, ERROR_DATA, "the server answered with status %ld", status);
        return exchange_break(exchange, TRANSFER_FAILED);
    }
    if (!accept_kind(exchange) || !(status == 206 ? accept_partial(exchange) : accept_whole(exchange)) ||
        !accept_size(exchange))
        return false;
    exchange->is_accepted = true;
    return transfer->accepted(transfer, transfer->context, exchange->error) ||
           exchange_break(exchange, TRANSFER_FAILED);
}

/* ---- the body ---- */

static bool exchange_write(struct exchange *exchange, const char *bytes, size_t size)
{
    struct transfer *transfer = exchange->transfer;
    uint64_t most = transfer->size != 0            ? transfer->size
                    : transfer->expected_size != 0 ? transfer->expected_size
                                                   : transfer->limits->bytes;
    if (transfer->offset > most || size > most - transfer->offset) {
        error_set(exchange->error, ERROR_DATA, "wanted at most %" PRIu64 " bytes, and the server sent more", most);
        return exchange_break(exchange, TRANSFER_FAILED);
    }
    while (size > 0) {
        ssize_t count = pwrite(transfer->descriptor, bytes, size, (off_t)transfer->offset);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            error_set_errno(exchange->error, ERROR_STORAGE, errno, "cannot write the partial file");
            return exchange_break(exchange, TRANSFER_FAILED);
        }
        bytes += count;
        size -= (size_t)count;
        transfer->offset += (uint64_t)count;
    }
    return true;
}

static size_t exchange_take_body(char *bytes, size_t size, size_t count, void *context)
{
    struct exchange *exchange = context;
    bool ok = (exchange->is_accepted || exchange_accept(exchange)) && exchange_write(exchange, bytes, size * count);
    return ok ? size * count : 0;
}

static int exchange_report(void *context, curl_off_t total, curl_off_t now, curl_off_t sent_total, curl_off_t sent)
{
    (void)total, (void)now, (void)sent_total, (void)sent;
    struct exchange *exchange = context;
    struct transfer *transfer = exchange->transfer;
    if (transfer->progress->stopped(transfer->progress)) {
        exchange_break(exchange, TRANSFER_FAILED);
        return !error_is_set(exchange->error) && !error_set(exchange->error, ERROR_INTERRUPTED, "stopped by the user");
    }
    if (exchange->is_accepted)
        transfer->progress->update(transfer->progress, transfer->task, transfer->offset,
                                   transfer->size != 0 ? transfer->size : transfer->expected_size, "B");
    return 0;
}

/* ---- the exchange ---- */

static void exchange_set_protocols(struct exchange *exchange)
{
    CURL *curl = exchange->curl;
    const char *url = exchange->transfer->url;
    bool is_http = starts_with(url, "http:");
    libcurl.easy_setopt(curl, CURLOPT_PROTOCOLS_STR, is_file(exchange->transfer) ? "file" : is_http ? "http" : "https");
    libcurl.easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, is_http ? "http,https" : "https");
    libcurl.easy_setopt(curl, CURLOPT_FOLLOWLOCATION, is_file(exchange->transfer) ? 0L : 1L);
    libcurl.easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
}

static void exchange_set_callbacks(struct exchange *exchange)
{
    CURL *curl = exchange->curl;
    libcurl.easy_setopt(curl, CURLOPT_ERRORBUFFER, exchange->reason);
    libcurl.easy_setopt(curl, CURLOPT_HEADERFUNCTION, exchange_take_header);
    libcurl.easy_setopt(curl, CURLOPT_HEADERDATA, exchange);
    libcurl.easy_setopt(curl, CURLOPT_WRITEFUNCTION, exchange_take_body);
    libcurl.easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    libcurl.easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    libcurl.easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, exchange_report);
    libcurl.easy_setopt(curl, CURLOPT_XFERINFODATA, exchange);
}

/* What to ask for: the rest, if what is there is still what the server has (If-Range). */
static struct curl_slist *exchange_set_range(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    if (is_file(transfer))
        transfer->offset = 0;
    if (transfer->offset == 0)
        return NULL;
    char range[32], header[TRANSFER_TAG_BYTES + 16];
    snprintf(range, sizeof range, "%" PRIu64 "-", transfer->offset);
    libcurl.easy_setopt(exchange->curl, CURLOPT_RANGE, range);
    if (*transfer->tag == '\0')
        return NULL;
    snprintf(header, sizeof header, "If-Range: %s", transfer->tag);
    struct curl_slist *headers = libcurl.slist_append(NULL, header);
    libcurl.easy_setopt(exchange->curl, CURLOPT_HTTPHEADER, headers);
    return headers;
}

static bool status_is_passing(long status)
{
    return status == 408 || status == 429 || status >= 500;
}

static bool result_is_passing(CURLcode result)
{
    switch (result) {
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_GOT_NOTHING:
    case CURLE_HTTP2_STREAM:
    case CURLE_HTTP2:
        return true;
    default:
        return false;
    }
}

/* An answer without a body brings no call of the body's function: it is accepted, or not, here. */
static enum transfer_outcome exchange_end(struct exchange *exchange)
{
    struct transfer *transfer = exchange->transfer;
    if (!exchange->is_accepted && !exchange_accept(exchange))
        return exchange->outcome;
    if (transfer->size != 0 && transfer->offset < transfer->size) {
        error_set(exchange->error, ERROR_DATA, "wanted %" PRIu64 " bytes, and the transfer ended after %" PRIu64,
                  transfer->size, transfer->offset);
        return TRANSFER_RETRY;
    }
    return TRANSFER_DONE;
}

static enum transfer_outcome exchange_judge(struct exchange *exchange, CURLcode result)
{
    struct transfer *transfer = exchange->transfer;
    if (error_is_set(exchange->error))
        return exchange->outcome;
    if (result == CURLE_OK)
        return exchange_end(exchange);
    long status = exchange_get_status(exchange);
    if (result == CURLE_HTTP_RETURNED_ERROR) {
        error_set(exchange->error, ERROR_DATA, "the server answered with status %ld%s", status,
                  status == 404   ? " (not found)"
                  : status == 403 ? " (forbidden)"
                                  : "");
        transfer->retry_after = exchange->answer.retry_after;
        return status == 416 && transfer->offset > 0 ? TRANSFER_RESTART
               : status_is_passing(status)           ? TRANSFER_RETRY
                                                     : TRANSFER_FAILED;
    }
    error_set(exchange->error, ERROR_DATA, "%s",
              *exchange->reason != '\0' ? exchange->reason : libcurl.easy_strerror(result));
    return result_is_passing(result) ? TRANSFER_RETRY : TRANSFER_FAILED;
}

/*
 * A file of certificates to trust in place of the system's, from the environment, as curl's own program takes it: who sits
 * behind a proxy that opens connections has one.
 */
static const char *trusted_certificates(void)
{
    const char *own = getenv("CURL_CA_BUNDLE"), *shared = getenv("SSL_CERT_FILE");
    if (own != NULL && *own != '\0')
        return own;
    return shared != NULL && *shared != '\0' ? shared : NULL;
}

enum transfer_outcome transfer_run(struct transfer *transfer, struct error *error)
{
    if (!library_open(&library, error))
        return TRANSFER_FAILED;
    struct exchange exchange = {.transfer = transfer, .error = error, .curl = libcurl.easy_init()};
    if (exchange.curl == NULL) {
        error_set(error, ERROR_MEMORY, "not enough memory for a download");
        return TRANSFER_FAILED;
    }
    CURL *curl = exchange.curl;
    transfer->retry_after = 0;
    libcurl.easy_setopt(curl, CURLOPT_URL, transfer->url);
    libcurl.easy_setopt(curl, CURLOPT_USERAGENT, "lrun/" LRUN_VERSION);
    libcurl.easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    libcurl.easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)transfer->limits->connect_seconds);
    libcurl.easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)transfer->limits->stall_seconds);
    libcurl.easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)transfer->limits->stall_bytes);
    if (trusted_certificates() != NULL)
        libcurl.easy_setopt(curl, CURLOPT_CAINFO, trusted_certificates());
    exchange_set_protocols(&exchange);
    exchange_set_callbacks(&exchange);
    struct curl_slist *headers = exchange_set_range(&exchange);
    enum transfer_outcome outcome = exchange_judge(&exchange, libcurl.easy_perform(curl));
    libcurl.slist_free_all(headers);
    libcurl.easy_cleanup(curl);
    return outcome;
}

/* ---- addresses ---- */

static bool is_this_machine(const char *host)
{
    return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "[::1]") == 0;
}

static bool check_scheme(const char *url, const char *scheme, const char *host, bool is_checked, struct error *error)
{
    if (strcmp(scheme, "https") == 0 || strcmp(scheme, "file") == 0)
        return true;
    if (strcmp(scheme, "http") != 0)
        return error_set(error, ERROR_CONFIG, "wanted an 'https', 'http' or 'file' address, found '%s'", url);
    if (is_checked || is_this_machine(host))
        return true;
    error_set(error, ERROR_CONFIG, "'%s' can be changed on its way, and no checksum is given", url);
    return error_hint(error, "use https, or give the file's 'checksum'");
}

bool transfer_check_url(const char *url, bool is_checked, struct error *error)
{
    char *scheme = NULL, *host = NULL;
    if (!library_open(&library, error))
        return false;
    CURLU *parsed = libcurl.url();
    CURLUcode result = libcurl.url_set(parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME);
    if (result == CURLUE_OK)
        result = libcurl.url_get(parsed, CURLUPART_SCHEME, &scheme, 0);
    libcurl.url_get(parsed, CURLUPART_HOST, &host, 0);
    bool ok = result == CURLUE_OK
                  ? check_scheme(url, scheme, host != NULL ? host : "", is_checked, error)
                  : error_set(error, ERROR_CONFIG, "'%s' is not an address: %s", url, libcurl.url_strerror(result));
    libcurl.free(scheme);
    libcurl.free(host);
    libcurl.url_cleanup(parsed);
    return ok;
}
