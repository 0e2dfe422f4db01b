/* nearest.c: the distance of Damerau and Levenshtein, as "optimal string alignment". */
#include "engine/base/nearest.h"

#include <ctype.h>
#include <string.h>

#define NEAREST_MAX_LENGTH 64

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static char folded(char character)
{
    return (char)tolower((unsigned char)character);
}

static size_t nearest_distance(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][NEAREST_MAX_LENGTH + 1];
    for (size_t j = 0; j <= b_length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            char x = folded(a[i - 1]), y = folded(b[j - 1]);
            row[j] = smaller(smaller(before[j], row[j - 1]) + 1, before[j - 1] + (x != y));
            if (i > 1 && j > 1 && x == folded(b[j - 2]) && folded(a[i - 2]) == y)
                row[j] = smaller(row[j], two_before[j - 2] + 1);
        }
    }
    return rows[a_length % 3][b_length];
}

const char *nearest_find(const char *name, const char *const *names, size_t count)
{
    const char *nearest = NULL;
    size_t best = 0;
    size_t length = strnlen(name, NEAREST_MAX_LENGTH + 1);
    for (size_t i = 0; i < count; i++) {
        size_t other = strnlen(names[i], NEAREST_MAX_LENGTH + 1);
        if (length > NEAREST_MAX_LENGTH || other > NEAREST_MAX_LENGTH)
            continue;
        size_t distance = nearest_distance(name, length, names[i], other);
        if (distance * 3 <= (length > other ? length : other) && (nearest == NULL || distance < best)) {
            nearest = names[i];
            best = distance;
        }
    }
    return nearest;
}
