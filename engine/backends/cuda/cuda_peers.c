/* cuda_peers.c: several GPUs: their order among each other, and copies from one to another. */
#include "engine/backends/cuda/cuda_peers.h"

#include <cuda_runtime_api.h>

#include "engine/backends/cuda/cuda_device.h"

static cudaEvent_t event_of(struct device *device)
{
    struct cuda_peers *peers = cuda_device_peers(device);
    cudaEvent_t event = NULL;
    if (peers->reached == NULL && cuda_device_called(device, cudaEventCreateWithFlags(&event, cudaEventDisableTiming)))
        peers->reached = event;
    return peers->reached;
}

void cuda_join(struct device *const devices[], int count)
{
    for (int i = 0; i < count; i++)
        cuda_device_called(devices[i], cudaEventRecord(event_of(devices[i]), cuda_device_stream(devices[i])));
    for (int i = 0; i < count; i++)
        for (int j = 0; j < count; j++)
            if (j != i)
                cuda_device_called(devices[i],
                                   cudaStreamWaitEvent(cuda_device_stream(devices[i]), event_of(devices[j]), 0));
}

/* Lets the device read the other's memory, where the machine has a way between them. */
static void ask_once(struct device *device, int other)
{
    struct cuda_peers *peers = cuda_device_peers(device);
    int can_access = 0;
    if (other >= DEVICES_MAX || peers->was_asked[other])
        return;
    peers->was_asked[other] = true;
    if (cudaDeviceCanAccessPeer(&can_access, cuda_device_index(device), other) != cudaSuccess ||
        (can_access && cudaDeviceEnablePeerAccess(other, 0) != cudaSuccess))
        (void)cudaGetLastError();
}

void cuda_copy_from(struct device *device, void *to, struct device *other, const void *from, size_t bytes)
{
    int index = cuda_device_index(other);
    cudaStream_t stream = cuda_device_stream(device);
    if (device != other)
        ask_once(device, index);
    cuda_device_called(device, cudaMemcpyPeerAsync(to, cuda_device_index(device), from, index, bytes, stream));
}

void cuda_peers_finish(struct cuda_peers *peers)
{
    if (peers->reached != NULL)
        (void)cudaEventDestroy(peers->reached);
}
