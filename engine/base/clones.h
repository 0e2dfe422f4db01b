/*
 * clones.h: one loop, compiled for several instruction sets; the program picks when it starts.
 *
 *     HOT_LOOP static void add(float *restrict sum, const float *restrict terms, size_t count) { ... }
 *
 * Results do not depend on the choice: the build never contracts or reorders floating point (-ffp-contract=off), and
 * where a fused multiply-add is meant, fmaf() says so.
 */
#ifndef LRUN_ENGINE_BASE_CLONES_H
#define LRUN_ENGINE_BASE_CLONES_H

/* Sanitizers run code before their own start when the loader picks; they do without. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&               \
    !defined(__SANITIZE_THREAD__)
#define HOT_LOOP                                                                                                       \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"),                                       \
                   optimize("tree-vectorize", "vect-cost-model=dynamic", "no-trapping-math", "no-math-errno")))
#else
#define HOT_LOOP
#endif

/* A helper of hot loops: compiled into each of their clones. */
#define HOT_INLINE static inline __attribute__((always_inline))

#endif
