/*
 * chunks.h: flat memory in pieces that threads share: small enough for a cache, large enough to be worth handing out.
 *
 *     #pragma omp parallel for schedule(static)
 *     for (int64_t i = 0; i < chunk_count(count); i++)
 *         add_chunk(x, y, sum, chunk_at(count, i));
 */
#ifndef LRUN_ENGINE_BACKENDS_CPU_CHUNKS_H
#define LRUN_ENGINE_BACKENDS_CPU_CHUNKS_H

#include <stdint.h>

#define CHUNK_ELEMENTS 8192

/** Elements [begin, end). */
struct chunk {
    int64_t begin, end;
};

static inline int64_t chunk_count(int64_t count)
{
    return (count + CHUNK_ELEMENTS - 1) / CHUNK_ELEMENTS;
}

static inline struct chunk chunk_at(int64_t count, int64_t index)
{
    int64_t begin = index * CHUNK_ELEMENTS;
    return (struct chunk){begin, count - begin < CHUNK_ELEMENTS ? count : begin + CHUNK_ELEMENTS};
}

#endif
