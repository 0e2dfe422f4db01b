/*
 * normal.h: normally distributed numbers, made of uniform random bits (Box and Muller, one of the pair, in double).
 *
 * Only additions, multiplications, divisions and square roots are used, in a fixed order: the same bits give the same number
 * on every machine and with every C library, one at a time or many at once.
 *
 *     normals_from_bits(bits, 512, normals);
 */
#ifndef LRUN_ENGINE_BASE_NORMAL_H
#define LRUN_ENGINE_BASE_NORMAL_H

#include <stddef.h>
#include <stdint.h>

/** sqrt(-2 log((radius + 1) / 2^32)) * cos(2 pi angle / 2^32): mean 0, deviation 1, at most 6.67 from 0. */
double normal_from_bits(uint32_t radius, uint32_t angle);

/** normals[i] = normal_from_bits(bits[2 i], bits[2 i + 1]), several at once where the machine can. */
void normals_from_bits(const uint32_t *bits, size_t count, double *normals);

#endif
