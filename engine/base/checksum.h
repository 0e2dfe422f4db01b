/*
 * checksum.h: a fast checksum against damage: XXH64.
 *
 * For bytes that are checked each time they are read, where digest.h would cost more than it protects. It finds damage,
 * not malice. Source: the xxHash specification, version 0.2.0 (github.com/Cyan4973/xxHash, doc/xxhash_spec.md).
 */
#ifndef LRUN_ENGINE_BASE_CHECKSUM_H
#define LRUN_ENGINE_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/** The checksum of `size` bytes. `seed`: 0, or the checksum of what comes before them. */
uint64_t checksum_bytes(const void *bytes, size_t size, uint64_t seed);

#endif
