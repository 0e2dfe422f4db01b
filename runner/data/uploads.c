/* uploads.c: batches copied to a device ahead of their step. */
#include "runner/data/uploads.h"

bool uploads_init(struct uploads *uploads, struct device *device, size_t bytes, struct error *error)
{
    *uploads = (struct uploads){.device = device, .bytes = bytes};
    for (int i = 0; i < UPLOAD_PLACES; i++) {
        struct upload_place *place = &uploads->places[i];
        place->memory = device_allocate(device, bytes, "batches", error);
        if (place->memory == NULL)
            return false;
        place->was_read = device_fence_create(device);
        device_fence_set(device, place->was_read, LANE_COMPUTE); /* where it was zeroed */
    }
    return true;
}

void uploads_finish(struct uploads *uploads)
{
    for (int i = 0; i < UPLOAD_PLACES && uploads->device != NULL; i++) {
        device_fence_destroy(uploads->device, uploads->places[i].was_read);
        device_release(uploads->device, uploads->places[i].memory);
    }
    *uploads = (struct uploads){0};
}

void uploads_begin(struct uploads *uploads, struct batch *batch, struct device_fence *arrived)
{
    struct upload_place *place = &uploads->places[uploads->next];
    uploads->next = (uploads->next + 1) % UPLOAD_PLACES;
    device_fence_await(uploads->device, place->was_read, LANE_UPLOAD);
    device_upload(uploads->device, place->memory, batch->memory, uploads->bytes);
    device_fence_set(uploads->device, arrived, LANE_UPLOAD);
    batch->copy = (struct batch_copy){place->memory, arrived, place->was_read};
}
