/*
 * uploads.h: batches copied to a device ahead of their step, beside what it computes.
 *
 *     uploads_init(&uploads, device, bytes, error);
 *     uploads_begin(&uploads, &batch, arrived);      // returns at once; batch.copy says where it will be
 *
 * There are two places: while what is computed reads one, the next batch comes into the other. A batch that is begun takes the
 * place of the one before the last, once that was read (batch.copy.was_read); nobody on the host waits for it.
 */
#ifndef LRUN_RUNNER_DATA_UPLOADS_H
#define LRUN_RUNNER_DATA_UPLOADS_H

#include "components/datasets/batch.h"

#define UPLOAD_PLACES 2

struct upload_place {
    char *memory;
    struct device_fence *was_read;
};

struct uploads {
    struct device *device;
    /** Of a batch. */
    size_t bytes;
    struct upload_place places[UPLOAD_PLACES];
    int next;
};

/** Makes the places, for batches of this many bytes. Fails with ERROR_MEMORY; uploads_finish accepts it half-made. */
bool uploads_init(struct uploads *uploads, struct device *device, size_t bytes, struct error *error);
/** Nothing may be on its way. Accepts what is zero. */
void uploads_finish(struct uploads *uploads);

/** Copies a batch's memory; `arrived`, the batch's own, is reached when that is done and the memory may be changed. */
void uploads_begin(struct uploads *uploads, struct batch *batch, struct device_fence *arrived);

#endif
