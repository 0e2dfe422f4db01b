/* test_extract.c: archives that mean harm or were cut leave nothing; good ones leave everything. */
#include "components/datasets/extract.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/durable_file.h"
#include "tests/unit/scratch.h"

static struct scratch scratch;
static char archive_path[128];
static char directory[128];

static void begin(void)
{
    setlocale(LC_CTYPE, "C.UTF-8"); /* libarchive writes the names' bytes as they are */
    scratch_init(&scratch);
    snprintf(archive_path, sizeof archive_path, "%s/archive", scratch.path);
    snprintf(directory, sizeof directory, "%s/out", scratch.path);
}

static void end(void)
{
    scratch_finish(&scratch);
}

/* One member to be written. `link` makes it a link. */
struct given {
    const char *path;
    mode_t type;
    const char *content;
    const char *symlink;
    const char *hardlink;
};

static void add_member(struct archive *archive, const struct given *given)
{
    struct archive_entry *entry = archive_entry_new();
    size_t size = given->content != NULL ? strlen(given->content) : 0;
    archive_entry_set_pathname(entry, given->path);
    archive_entry_set_filetype(entry, given->type);
    archive_entry_set_perm(entry, 04777);
    archive_entry_set_size(entry, (la_int64_t)size);
    if (given->symlink != NULL)
        archive_entry_set_symlink(entry, given->symlink);
    if (given->hardlink != NULL)
        archive_entry_set_hardlink(entry, given->hardlink);
    ck_assert_int_eq(archive_write_header(archive, entry), ARCHIVE_OK);
    if (size > 0)
        ck_assert_int_eq(archive_write_data(archive, given->content, size), (la_ssize_t)size);
    archive_entry_free(entry);
}

/* Formats: "pax", "ustar", "gnutar", "zip"; filters as libarchive calls them, "" for none. */
static void make_archive(const char *format, const char *filter, const struct given *given, size_t count)
{
    struct archive *archive = archive_write_new();
    ck_assert_int_eq(archive_write_set_format_by_name(archive, format), ARCHIVE_OK);
    if (*filter != '\0')
        ck_assert_int_eq(archive_write_add_filter_by_name(archive, filter), ARCHIVE_OK);
    ck_assert_int_eq(archive_write_open_filename(archive, archive_path), ARCHIVE_OK);
    for (size_t i = 0; i < count; i++)
        add_member(archive, &given[i]);
    ck_assert_int_eq(archive_write_free(archive), ARCHIVE_OK);
}

static bool extract(struct error *error)
{
    return extract_archive(archive_path, directory, &extract_default_limits, &progress_silent, error);
}

static void check_nothing_is_left(const char *what)
{
    char staging[140];
    snprintf(staging, sizeof staging, "%s.staging", directory);
    ck_assert_msg(access(directory, F_OK) != 0, "%s", what);
    ck_assert_msg(access(staging, F_OK) != 0, "%s", what);
}

static const struct given good[] = {
    {.path = "./VOCdevkit/", .type = AE_IFDIR},
    {.path = "VOCdevkit/a.txt", .type = AE_IFREG, .content = "first"},
    {.path = "deep/er/b.txt", .type = AE_IFREG, .content = "second"},
    {.path = "deep/\xc3\xa4.txt", .type = AE_IFREG, .content = ""},
};

START_TEST(test_every_format_is_extracted_whole)
{
    static const struct {
        const char *format;
        const char *filter;
    } cases[] = {{"pax", ""},      {"ustar", ""}, {"gnutar", ""},  {"pax", "gzip"},
                 {"pax", "bzip2"}, {"pax", "xz"}, {"pax", "zstd"}, {"zip", ""}};
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        struct text bytes = TEXT_INIT;
        char path[160], command[256];
        make_archive(cases[i].format, cases[i].filter, good, sizeof good / sizeof *good);
        ck_assert_msg(extract(&error), "%s %s: %s", cases[i].format, cases[i].filter, error.message);
        ck_assert(extract_is_complete(directory));
        snprintf(path, sizeof path, "%s/deep/er/b.txt", directory);
        ck_ok(file_read(path, 100, &bytes, ERROR_DATA, &error), error);
        ck_assert_str_eq(text_string(&bytes), "second");
        struct stat status;
        ck_assert_int_eq(stat(path, &status), 0);
        ck_assert_int_eq(status.st_mode & 07133, 0);
        snprintf(path, sizeof path, "%s/deep/\xc3\xa4.txt", directory);
        ck_assert(file_exists(path));
        snprintf(command, sizeof command, "cd %s && sha256sum --quiet -c .manifest", directory);
        ck_assert_int_eq(system(command), 0);
        text_finish(&bytes);
        ck_ok(directory_remove(directory, &error), error);
    }
    end();
}
END_TEST

START_TEST(test_members_that_mean_harm_are_refused)
{
    static const struct {
        struct given members[2];
        const char *message;
    } cases[] = {
        {{{.path = "../evil", .type = AE_IFREG, .content = "x"}}, "leads out of the directory"},
        {{{.path = "a/../../evil", .type = AE_IFREG, .content = "x"}}, "leads out of the directory"},
        {{{.path = "/tmp/evil", .type = AE_IFREG, .content = "x"}}, "is absolute"},
        {{{.path = "a//b", .type = AE_IFREG, .content = "x"}}, "has an empty component"},
        {{{.path = "a\\b", .type = AE_IFREG, .content = "x"}}, "has a control character or a backslash"},
        {{{.path = "a\nb", .type = AE_IFREG, .content = "x"}}, "has a control character or a backslash"},
        {{{.path = "1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/g/h", .type = AE_IFREG, .content = "x"}}, "is too deep"},
        {{{.path = "link", .type = AE_IFLNK, .symlink = "/etc"}}, "member 'link' is a link"},
        {{{.path = "a", .type = AE_IFREG, .content = "x"}, {.path = "hard", .type = AE_IFREG, .hardlink = "a"}},
         "member 'hard' is a link"},
        {{{.path = "pipe", .type = AE_IFIFO}}, "member 'pipe' is neither a file nor a directory"},
        {{{.path = "device", .type = AE_IFCHR}}, "member 'device' is neither a file nor a directory"},
        {{{.path = "a", .type = AE_IFREG, .content = "x"}, {.path = "a", .type = AE_IFREG, .content = "y"}},
         "member 'a' is in it twice"},
        {{{.path = "a", .type = AE_IFREG, .content = "x"}, {.path = "./a", .type = AE_IFREG, .content = "y"}},
         "member 'a' is in it twice"},
        {{{.path = "a", .type = AE_IFREG, .content = "x"}, {.path = "a/b", .type = AE_IFREG, .content = "y"}},
         "member 'a/b' is in it twice"},
        {{{.path = ".complete", .type = AE_IFREG, .content = "x"}}, "member '.complete' is in it twice"},
        {{{.path = "only", .type = AE_IFDIR}}, "has no files"},
    };
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = ERROR_INIT;
        make_archive("pax", "", cases[i].members, cases[i].members[1].path != NULL ? 2 : 1);
        ck_assert_msg(!extract(&error), "%s", cases[i].message);
        ck_assert_msg(strstr(error.message, cases[i].message) != NULL, "wanted '%s', found '%s'", cases[i].message,
                      error.message);
        ck_assert_int_eq(error.code, ERROR_DATA);
        check_nothing_is_left(cases[i].message);
    }
    end();
}
END_TEST

/* A cut anywhere, also between two members, where libarchive itself sees nothing wrong. */
START_TEST(test_an_archive_cut_anywhere_is_refused)
{
    static const struct {
        const char *format;
        const char *filter;
        size_t tail; /* bytes at the end without which nothing is lost: padding to a record */
    } cases[] = {{"ustar", "", 0}, {"pax", "gzip", 0}, {"pax", "xz", 0}, {"zip", "", 0}};
    begin();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text whole = TEXT_INIT;
        struct error error = ERROR_INIT;
        make_archive(cases[i].format, cases[i].filter, good, sizeof good / sizeof *good);
        ck_ok(file_read(archive_path, 1 << 20, &whole, ERROR_DATA, &error), error);
        /* a ustar of these members: 4 headers and 2 blocks of content; one zero block after them is an end */
        size_t end_of_members = strcmp(cases[i].format, "ustar") == 0 ? 6 * 512 : whole.length - 1;
        size_t step = end_of_members > 2000 ? 128 : 7;
        for (size_t length = 0; length <= end_of_members; length += step) {
            ck_ok(durable_file_save(archive_path, whole.data, length, &error), error);
            ck_assert_msg(!extract(&error), "%s %s cut at %zu", cases[i].format, cases[i].filter, length);
            ck_assert_int_eq(error.code, ERROR_DATA);
            check_nothing_is_left("cut");
            error_clear(&error);
        }
        text_finish(&whole);
    }
    end();
}
END_TEST

START_TEST(test_bytes_after_the_end_are_refused)
{
    begin();
    struct error error = ERROR_INIT;
    make_archive("ustar", "", good, sizeof good / sizeof *good);
    FILE *file = fopen(archive_path, "a");
    fputs("more", file);
    fclose(file);
    ck_assert(!extract(&error));
    ck_assert_msg(strstr(error.message, "goes on after its end mark") != NULL, "%s", error.message);
    check_nothing_is_left("more");
    end();
}
END_TEST

START_TEST(test_limits_are_kept)
{
    begin();
    static char zeros[200001];
    memset(zeros, '0', sizeof zeros - 1);
    const struct given members[] = {{.path = "a", .type = AE_IFREG, .content = zeros},
                                    {.path = "b", .type = AE_IFREG, .content = "x"}};
    static const struct extract_limits limits[] = {
        {.entries = 1, .file_bytes = 1 << 20, .bytes = 1 << 20, .expansion = 1000, .bomb_bytes = 1 << 20},
        {.entries = 9, .file_bytes = 1000, .bytes = 1 << 20, .expansion = 1000, .bomb_bytes = 1 << 20},
        {.entries = 9, .file_bytes = 1 << 20, .bytes = 200000, .expansion = 1000, .bomb_bytes = 1 << 20},
        {.entries = 9, .file_bytes = 1 << 20, .bytes = 1 << 20, .expansion = 10, .bomb_bytes = 1000},
    };
    static const char *const messages[] = {"too many members", "a file in it is too large", "becomes too large",
                                           "far larger than any dataset"};
    make_archive("pax", "gzip", members, 2);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct error error = ERROR_INIT;
        ck_assert(!extract_archive(archive_path, directory, &limits[i], &progress_silent, &error));
        ck_assert_msg(strstr(error.message, messages[i]) != NULL, "%s", error.message);
        check_nothing_is_left(messages[i]);
    }
    end();
}
END_TEST

START_TEST(test_what_a_killed_extraction_left_does_not_matter)
{
    begin();
    struct error error = ERROR_INIT;
    char stale[160];
    snprintf(stale, sizeof stale, "%s.staging/VOCdevkit", directory);
    ck_ok(directory_create(stale, &error), error);
    make_archive("ustar", "", good, sizeof good / sizeof *good);
    ck_ok(extract(&error), error);
    ck_assert(extract_is_complete(directory));
    end();
}
END_TEST

static bool stop(struct progress *progress)
{
    (void)progress;
    return true;
}

START_TEST(test_a_stopped_extraction_leaves_nothing)
{
    begin();
    struct error error = ERROR_INIT;
    struct progress progress = progress_silent;
    progress.stopped = stop;
    make_archive("ustar", "", good, sizeof good / sizeof *good);
    ck_assert(!extract_archive(archive_path, directory, &extract_default_limits, &progress, &error));
    ck_assert_int_eq(error.code, ERROR_INTERRUPTED);
    check_nothing_is_left("stopped");
    end();
}
END_TEST

UNIT_MAIN("extract", test_every_format_is_extracted_whole, test_members_that_mean_harm_are_refused,
          test_an_archive_cut_anywhere_is_refused, test_bytes_after_the_end_are_refused, test_limits_are_kept,
          test_what_a_killed_extraction_left_does_not_matter, test_a_stopped_extraction_leaves_nothing)
