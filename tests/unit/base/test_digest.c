/* test_digest.c: published answers, and digests as users write them. */
#include "engine/base/digest.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/unit/unit.h"

START_TEST(test_digests_equal_the_published_answers)
{
    char hex[DIGEST_HEX_BYTES];
    digest_bytes(DIGEST_MD5, "abc", 3, hex); /* RFC 1321 */
    ck_assert_str_eq(hex, "900150983cd24fb0d6963f7d28e17f72");
    digest_bytes(DIGEST_SHA256, "abc", 3, hex); /* FIPS 180-4 */
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_bytes(DIGEST_SHA256, "", 0, hex);
    ck_assert_str_eq(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

START_TEST(test_digest_of_a_file_equals_that_of_its_bytes)
{
    char path[] = "/tmp/lrun-digest-XXXXXX";
    int descriptor = mkstemp(path);
    ck_assert_int_eq(write(descriptor, "abc", 3), 3);
    close(descriptor);
    char hex[DIGEST_HEX_BYTES];
    struct error error = ERROR_INIT;
    ck_ok(digest_file(DIGEST_MD5, path, &progress_silent, hex, &error), error);
    ck_assert_str_eq(hex, "900150983cd24fb0d6963f7d28e17f72");
    unlink(path);
    ck_assert(!digest_file(DIGEST_MD5, path, &progress_silent, hex, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
}
END_TEST

START_TEST(test_digest_is_read_with_or_without_its_kind)
{
    static const char *const good[] = {
        "900150983CD24fb0d6963f7d28e17f72",
        "md5:900150983cd24fb0d6963f7d28e17f72",
        "MD5:900150983cd24fb0d6963f7d28e17f72",
    };
    enum digest_kind kind;
    char hex[DIGEST_HEX_BYTES];
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ck_assert_msg(digest_parse(good[i], &kind, hex), "%s", good[i]);
        ck_assert_int_eq(kind, DIGEST_MD5);
        ck_assert_str_eq(hex, "900150983cd24fb0d6963f7d28e17f72");
    }
    ck_assert(digest_parse("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", &kind, hex));
    ck_assert_int_eq(kind, DIGEST_SHA256);
}
END_TEST

START_TEST(test_what_is_no_digest_is_refused)
{
    static const char *const bad[] = {
        "",
        "abc",
        "sha256:900150983cd24fb0d6963f7d28e17f72",
        "md:900150983cd24fb0d6963f7d28e17f72",
        "900150983cd24fb0d6963f7d28e17f7g",
        ":900150983cd24fb0d6963f7d28e17f72",
    };
    enum digest_kind kind;
    char hex[DIGEST_HEX_BYTES];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_msg(!digest_parse(bad[i], &kind, hex), "%s", bad[i]);
}
END_TEST

UNIT_MAIN("digest", test_digests_equal_the_published_answers, test_digest_of_a_file_equals_that_of_its_bytes,
          test_digest_is_read_with_or_without_its_kind, test_what_is_no_digest_is_refused)
