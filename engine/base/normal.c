/* normal.c: normally distributed numbers, made of uniform random bits. */
#include "engine/base/normal.h"

#include <math.h>
#include <string.h>

#include "engine/base/clones.h"

/* log(x) for normal x > 0, to about one unit in the last place: x = 2^k m with m around 1, and log m = 2 atanh((m-1)/(m+1)). */
HOT_INLINE double log_of(double x)
{
    static const double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
    static const uint64_t exponent_one = UINT64_C(0x3ff0000000000000), root_half = UINT64_C(0x3fe6a09e667f3bcd);
    uint64_t bits = 0;
    memcpy(&bits, &x, sizeof bits);
    uint64_t above = bits + (exponent_one - root_half);
    double k = (double)((int32_t)(above >> 52) - 1023), m = 0;
    uint64_t reduced = (above & UINT64_C(0x000fffffffffffff)) + root_half;
    memcpy(&m, &reduced, sizeof m);
    double s = (m - 1) / (m + 1), z = s * s;
    double series = 1.0 / 21;
    series = series * z + 1.0 / 19;
    series = series * z + 1.0 / 17;
    series = series * z + 1.0 / 15;
    series = series * z + 1.0 / 13;
    series = series * z + 1.0 / 11;
    series = series * z + 1.0 / 9;
    series = series * z + 1.0 / 7;
    series = series * z + 1.0 / 5;
    series = series * z + 1.0 / 3;
    return k * ln2_high + (2 * s + (2 * s * z * series + k * ln2_low));
}

/* cos(x) for x in [0, 2 pi], as the sine of the distance from the nearer zero; Taylor's series. */
HOT_INLINE double cos_of(double x)
{
    static const double half_pi_high = 0x1.921fb54400000p+0, half_pi_low = 0x1.0b4611a626331p-34;
    double falling = (half_pi_high - x) + half_pi_low, rising = (x - 3 * half_pi_high) - 3 * half_pi_low;
    double r = x < 2 * half_pi_high ? falling : rising, z = r * r;
    double series = -1.0 / 25852016738884976640000.0;
    series = series * z + 1.0 / 51090942171709440000.0;
    series = series * z - 1.0 / 121645100408832000.0;
    series = series * z + 1.0 / 355687428096000.0;
    series = series * z - 1.0 / 1307674368000.0;
    series = series * z + 1.0 / 6227020800.0;
    series = series * z - 1.0 / 39916800;
    series = series * z + 1.0 / 362880;
    series = series * z - 1.0 / 5040;
    series = series * z + 1.0 / 120;
    series = series * z - 1.0 / 6;
    return r + r * z * series;
}

HOT_INLINE double normal_of(uint32_t radius, uint32_t angle)
{
    static const double two_pi = 6.283185307179586;
    double length = sqrt(-2 * log_of(((double)radius + 1) * 0x1p-32));
    return length * cos_of(two_pi * ((double)angle * 0x1p-32));
}

double normal_from_bits(uint32_t radius, uint32_t angle)
{
    return normal_of(radius, angle);
}

HOT_LOOP static void fill(const uint32_t *restrict bits, size_t count, double *restrict normals)
{
    for (size_t i = 0; i < count; i++)
        normals[i] = normal_of(bits[2 * i], bits[2 * i + 1]);
}

void normals_from_bits(const uint32_t *bits, size_t count, double *normals)
{
    fill(bits, count, normals);
}
