/* ticks.c: the numbers that stand along an axis. */
#include "runner/plot/ticks.h"

#include <math.h>
#include <stdio.h>

/* Share of the span that is left free at either end. */
#define ROOM 0.05
/* Numbers nearer to each other than this share of themselves are one: doubles could not count the ticks between them. */
#define SAME 1e-9

struct axis_span span_around(double low, double high, bool is_log)
{
    if (is_log) {
        double factor = high > low * (1 + SAME) ? pow(10, ROOM * (log10(high) - log10(low))) : 2;
        return (struct axis_span){.low = low / factor, .high = high * factor, .is_log = true};
    }
    double largest = fmax(fabs(low), fabs(high));
    if (high - low <= SAME * largest || largest == 0) {
        double room = largest > 0 ? largest / 10 : 1;
        return (struct axis_span){.low = low - room, .high = high + room};
    }
    double room = ROOM * (high - low);
    bool is_near_zero = low >= 0 && low <= 0.25 * high;
    return (struct axis_span){.low = is_near_zero ? 0 : low - room, .high = high + room};
}

double span_place(const struct axis_span *span, double value)
{
    if (span->is_log)
        return (log10(value) - log10(span->low)) / (log10(span->high) - log10(span->low));
    return (value - span->low) / (span->high - span->low);
}

/* Decimals that tell multiples of `step` apart. */
static int decimals_of(double step)
{
    double decimals = -floor(log10(step) + SAME);
    return decimals > 12 ? 12 : decimals > 0 ? (int)decimals : 0;
}

/* A multiple of `step`, in an axis whose numbers go up to `largest`. */
static void write_label(double value, double step, double largest, char label[TICK_LABEL_BYTES])
{
    double power = pow(10, floor(log10(largest) + SAME));
    if (value == 0)
        snprintf(label, TICK_LABEL_BYTES, "0");
    else if (largest >= 1e10 || largest < 2e-3)
        snprintf(label, TICK_LABEL_BYTES, "%.*fe%d", decimals_of(step / power), value / power,
                 (int)lround(log10(power)));
    else if (largest >= 1e6)
        snprintf(label, TICK_LABEL_BYTES, "%.*fM", decimals_of(step / 1e6), value / 1e6);
    else if (largest >= 1e4)
        snprintf(label, TICK_LABEL_BYTES, "%.*fk", decimals_of(step / 1e3), value / 1e3);
    else
        snprintf(label, TICK_LABEL_BYTES, "%.*f", decimals_of(step), value);
}

static double smallest_step(double length, size_t most)
{
    static const double mantissas[] = {1, 2, 5, 10};
    double rough = length / (double)most;
    double power = pow(10, floor(log10(rough)));
    for (size_t i = 0; i < sizeof mantissas / sizeof *mantissas; i++)
        if (mantissas[i] * power >= rough * (1 - SAME))
            return mantissas[i] * power;
    return 10 * power;
}

static double next_step(double step)
{
    double mantissa = step / pow(10, floor(log10(step) + SAME));
    return mantissa > 1.5 && mantissa < 3 ? step * 2.5 : step * 2;
}

static void choose_linear(const struct axis_span *span, size_t most, struct ticks *ticks)
{
    double step = smallest_step(span->high - span->low, most);
    step = span->is_whole && step < 1 ? 1 : step;
    while (floor(span->high / step + SAME) - ceil(span->low / step - SAME) + 1 > (double)most)
        step = next_step(step);
    double first = ceil(span->low / step - SAME), last = floor(span->high / step + SAME);
    double largest = fmax(fabs(first), fabs(last)) * step;
    ticks->count = 0;
    for (double i = first; i <= last && ticks->count < most; i++) {
        struct tick *tick = &ticks->items[ticks->count++];
        tick->value = i * step;
        write_label(tick->value, step, largest, tick->label);
    }
}

/* The multiples of the powers of ten, every `stride`-th power. Returns how many there are; fills no more than `most`. */
static size_t fill_powers(const struct axis_span *span, const char *multiples, int stride, size_t most,
                          struct ticks *ticks)
{
    int first = (int)floor(log10(span->low)), last = (int)ceil(log10(span->high));
    size_t count = 0;
    for (int power = first; power <= last; power++) {
        for (const char *multiple = multiples; *multiple != '\0' && power % stride == 0; multiple++) {
            double value = (*multiple - '0') * pow(10, power);
            if (value < span->low * (1 - SAME) || value > span->high * (1 + SAME) || count++ >= most)
                continue;
            struct tick *tick = &ticks->items[count - 1];
            tick->value = value;
            write_label(value, value, value, tick->label);
        }
    }
    ticks->count = count < most ? count : most;
    return count;
}

void ticks_choose(const struct axis_span *span, size_t most, struct ticks *ticks)
{
    if (!span->is_log) {
        choose_linear(span, most, ticks);
        return;
    }
    size_t powers = fill_powers(span, "1", 1, most, ticks);
    if (powers > most) {
        fill_powers(span, "1", (int)((powers + most - 1) / most), most, ticks);
        return;
    }
    static const char *const finer[] = {"125", "13"};
    for (size_t i = 0; i < 2; i++) {
        size_t count = fill_powers(span, finer[i], 1, most, ticks);
        if (count >= 3 && count <= most)
            return;
    }
    if (powers < 2)
        choose_linear(span, most, ticks);
    else
        fill_powers(span, "1", 1, most, ticks);
}
