/*
 * unit.h: what every unit test shares: one suite, run in this process when a debugger or sanitizer wants it.
 *
 *     START_TEST(test_text_grows) { ... } END_TEST
 *
 *     UNIT_MAIN("text", test_text_grows, test_text_is_empty_at_first)
 */
#ifndef LRUN_TESTS_UNIT_UNIT_H
#define LRUN_TESTS_UNIT_UNIT_H

#include <check.h>
#include <stddef.h>
#include <stdlib.h>

/* Fails the test, showing the error, unless `condition` holds. */
#define ck_ok(condition, error) ck_assert_msg((condition), "unexpected error: %s", (error).message)

static inline int unit_run(const char *name, const TTest *const *tests, size_t count)
{
    Suite *suite = suite_create(name);
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, 100);
    for (size_t i = 0; i < count; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_set_fork_status(runner, CK_NOFORK);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define UNIT_MAIN(name, ...)                                                                                           \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        return unit_run(name, tests, sizeof tests / sizeof *tests);                                                    \
    }

#endif
