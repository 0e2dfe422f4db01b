/* test_adding_a_component.c: the worked example of docs/adding_a_component.md is what it says, and works. */
#include <stdlib.h>
#include <string.h>

#include "components/transforms/transform.h"
#include "engine/base/file.h"
#include "runner/build/bind.h"
#include "runner/config/yaml.h"
#include "tests/unit/unit.h"

static void read_source(const char *path, struct text *bytes)
{
    struct text whole = TEXT_INIT;
    struct error error = ERROR_INIT;
    text_format(&whole, "%s/%s", getenv("LRUN_SOURCE_ROOT"), path);
    ck_ok(file_read(text_string(&whole), 1 << 20, bytes, ERROR_RUN, &error), error);
    text_finish(&whole);
}

START_TEST(test_the_page_shows_the_files_as_they_are)
{
    struct text page = TEXT_INIT, file = TEXT_INIT, block = TEXT_INIT;
    read_source("docs/adding_a_component.md", &page);
    const char *const paths[] = {"docs/example/random_invert.h", "docs/example/random_invert.c"};
    for (size_t i = 0; i < 2; i++) {
        read_source(paths[i], &file);
        text_clear(&block);
        text_format(&block, "```c\n%s```\n", text_string(&file));
        ck_assert_msg(strstr(text_string(&page), text_string(&block)) != NULL, "the page lacks %s", paths[i]);
    }
    text_finish(&page);
    text_finish(&file);
    text_finish(&block);
}
END_TEST

START_TEST(test_the_example_is_made_from_a_node_and_inverts)
{
    struct arena arena = ARENA_INIT;
    struct error error = ERROR_INIT;
    struct config_node *node = yaml_parse_default(&arena, "{type: RandomInvert, p: 1}");
    const struct component *component = registry_find(KIND_TRANSFORM, "RandomInvert");
    ck_assert_ptr_nonnull(component);
    struct transform *transform = bind_create(component, node, &arena, &error);
    ck_ok(transform != NULL, error);
    struct sample sample = {.arena = &arena};
    ck_ok(image_init(&sample.image, 2, 1, 1, DTYPE_U8, &arena, &error), error);
    memcpy(sample.image.bytes, "\x00\x37", 2);
    struct rng rng = rng_make(1, RNG_TEST, 0, 0);
    ck_ok(transform_apply(transform, &sample, &rng, &error), error);
    ck_assert_mem_eq(sample.image.bytes, "\xff\xc8", 2);
    registry_destroy(KIND_TRANSFORM, transform);
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("adding_a_component", test_the_page_shows_the_files_as_they_are,
          test_the_example_is_made_from_a_node_and_inverts)
