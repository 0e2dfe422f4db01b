/* voc_image_set.c: VOC's lists of images. */
#include "components/datasets/voc_image_set.h"

#include <string.h>

#include "engine/base/file.h"
#include "engine/base/text.h"

#define IMAGE_SET_MAX_BYTES ((size_t)256 << 20)

static const char blanks[] = " \t\r";

/* One line: where it begins in the file's text, without the blanks around it. */
struct line {
    const char *start;
    size_t length;
};

/* The next line that is not blank; false at the end. A byte-order mark is no part of a name. */
static bool line_next(const char **at, struct line *line)
{
    while (**at != '\0') {
        const char *start = *at;
        size_t length = strcspn(start, "\n");
        *at = start + length + (start[length] == '\n');
        if (strncmp(start, "\xef\xbb\xbf", 3) == 0) {
            start += 3;
            length -= 3;
        }
        size_t before = strspn(start, blanks);
        if (before >= length)
            continue;
        start += before;
        length -= before;
        while (strchr(blanks, start[length - 1]) != NULL)
            length--;
        *line = (struct line){start, length};
        return true;
    }
    return false;
}

/* Splits "000012  1" into name and flag; false when the line does not end with a flag. */
static bool line_split(struct line *line, int *flag)
{
    size_t name = line->length;
    while (name > 0 && strchr(blanks, line->start[name - 1]) == NULL)
        name--;
    const char *last = line->start + name;
    size_t length = line->length - name;
    if (name == 0)
        return false;
    if (length == 1 && (*last == '0' || *last == '1'))
        *flag = *last - '0';
    else if (length == 2 && memcmp(last, "-1", 2) == 0)
        *flag = -1;
    else
        return false;
    while (name > 0 && strchr(blanks, line->start[name - 1]) != NULL)
        name--;
    line->length = name;
    return true;
}

static bool is_class_list(const char *text, int64_t *lines)
{
    struct line line;
    int flag = 0;
    bool all = true;
    for (*lines = 0; line_next(&text, &line); ++*lines)
        all = line_split(&line, &flag) && all;
    return all && *lines > 0;
}

/* A name is put into paths: it must not lead elsewhere. */
static bool id_is_safe(const char *id)
{
    if (*id == '/')
        return false;
    for (const char *at = id; at != NULL; at = strchr(at, '/')) {
        at += *at == '/';
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
            return false;
    }
    return true;
}

static bool voc_image_set_parse(const char *text, struct voc_image_set *set, struct arena *arena, struct error *error)
{
    int64_t lines = 0;
    bool with_flags = is_class_list(text, &lines);
    set->ids = arena_allocate(arena, (size_t)lines, sizeof *set->ids);
    struct line line;
    while (line_next(&text, &line)) {
        int flag = 1;
        if (with_flags)
            line_split(&line, &flag);
        if (flag < 0)
            continue;
        char *id = arena_copy_bytes(arena, line.start, line.length);
        if (!id_is_safe(id))
            return error_set(error, ERROR_DATA, "wanted the name of an image, found '%.200s'", id);
        set->ids[set->count++] = id;
    }
    return set->count > 0 || error_set(error, ERROR_DATA, "it names no image");
}

bool voc_image_set_load(const char *path, struct voc_image_set *set, struct arena *arena, struct error *error)
{
    struct text text = TEXT_INIT;
    *set = (struct voc_image_set){0};
    bool ok = file_read(path, IMAGE_SET_MAX_BYTES, &text, ERROR_DATA, error);
    if (ok && memchr(text.data, '\0', text.length) != NULL)
        ok = error_set(error, ERROR_DATA, "wanted text, found a zero byte");
    if (ok)
        ok = voc_image_set_parse(text_string(&text), set, arena, error);
    if (!ok && error_is_set(error))
        error_prefix(error, "image set '%s': ", path);
    text_finish(&text);
    return ok;
}
