/* cuda_peers.h: several GPUs: their order among each other, and copies from one to another. */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDA_PEERS_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDA_PEERS_H

#include <stdbool.h>

#include "engine/backends/device.h"

/** What a GPU knows of others; zero in the beginning. */
struct cuda_peers {
    /** A cudaEvent_t, made when first used. */
    void *reached;
    /** GPUs, by their number, of which it was asked whether their memory can be read directly. */
    bool was_asked[DEVICES_MAX];
};

/** device_join and device_copy_from. Where one GPU cannot read another's memory, CUDA copies over the host. */
void cuda_join(struct device *const devices[], int count);
void cuda_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes);

void cuda_peers_finish(struct cuda_peers *peers);

#endif
