/* arguments.c: what several transforms take as arguments. */
#include "components/transforms/arguments.h"

#include "engine/base/text.h"

bool arguments_check_count(const char *name, size_t count, const size_t *counts, struct error *error)
{
    for (size_t i = 0; counts[i] != 0; i++)
        if (counts[i] == count)
            return true;
    struct text wanted = TEXT_INIT;
    for (size_t i = 0; counts[i] != 0; i++)
        text_format(&wanted, "%s%zu", i == 0 ? "" : counts[i + 1] == 0 ? " or " : ", ", counts[i]);
    error_set(error, ERROR_CONFIG, "wanted %s numbers in '%s', found %zu", text_string(&wanted), name, count);
    text_finish(&wanted);
    return false;
}

bool arguments_check_size(const struct int_list *size, struct error *error)
{
    return arguments_check_count("size", size->count, (size_t[]){1, 2, 0}, error);
}

int arguments_height(const struct int_list *size)
{
    return (int)size->items[0];
}

int arguments_width(const struct int_list *size)
{
    return (int)size->items[size->count - 1];
}

void arguments_padding(const struct int_list *padding, int sides[4])
{
    for (size_t side = 0; side < 4; side++)
        sides[side] = padding->count == 0 ? 0 : (int)padding->items[side % padding->count];
}

void arguments_fill(const struct double_list *fill, float channels[3])
{
    for (size_t channel = 0; channel < 3; channel++)
        channels[channel] = (float)fill->items[channel % fill->count];
}

float arguments_mask_fill(const struct double_list *fill)
{
    return fill->count == 1 ? (float)fill->items[0] : 0.0f;
}

bool arguments_check_fill(const struct double_list *fill, enum padding_mode mode, struct error *error)
{
    if (!arguments_check_count("fill", fill->count, (size_t[]){1, 3, 0}, error))
        return false;
    if (mode != PADDING_MODE_CONSTANT && fill->count != 1)
        return error_set(error, ERROR_CONFIG, "'fill' per channel wants padding_mode constant");
    return true;
}

bool arguments_check_range(const char *name, const struct double_list *range, struct error *error)
{
    if (!arguments_check_count(name, range->count, (size_t[]){2, 0}, error))
        return false;
    if (range->items[0] > range->items[1])
        return error_set(error, ERROR_CONFIG, "wanted '%s' as [lowest, highest], found [%g, %g]", name, range->items[0],
                         range->items[1]);
    return true;
}

bool arguments_check_boxes(const struct sample *sample, enum padding_mode mode, struct error *error)
{
    if (mode != PADDING_MODE_CONSTANT && sample->boxes.count > 0)
        return error_set(error, ERROR_DATA, "a sample with boxes can only be padded with padding_mode constant");
    return true;
}

bool arguments_happens(double p, struct rng *rng)
{
    return (double)rng_uniform(rng) < p;
}
