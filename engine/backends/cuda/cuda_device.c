/* cuda_device.c: an NVIDIA GPU as a device. */
#include "engine/backends/cuda/cuda_device.h"

#include <cuda_runtime_api.h>
#include <stdio.h>
#include <string.h>

#include "build_config.h"
#include "engine/backends/cuda/cuda_lanes.h"
#include "engine/backends/cuda/cuda_peers.h"
#include "engine/backends/cuda/cudnn.h"
#include "engine/backends/memory_account.h"
#include "engine/base/memory.h"
#include "engine/ops/arrays/arrays.h"

/* A step writes a few inputs; as many steps as fit are handed over before the host waits. */
#define STAGES 16
#define STAGE_BYTES_MAX ((size_t)64 << 20)

/* Pinned memory through which the host writes. */
struct stage {
    void *memory;
    size_t size;
    cudaEvent_t used;
};

struct cuda_device {
    struct device device;
    int index;
    struct device_facts facts;
    cudaStream_t stream;
    cudaStream_t uploads;
    struct stage stages[STAGES];
    int next_stage;
    /* Around what is timed; made when first used. */
    cudaEvent_t times[2];
    void *scratch;
    struct cuda_handles handles;
    struct cuda_peers peers;
    struct memory_account account;
    /* What a failure is told of; NULL: no node. */
    const struct device_work *entered;
    struct error failure;
    bool is_recording;
};

struct device_recording {
    cudaGraph_t graph;
    cudaGraphExec_t executable;
};

/* CUDA's calls are for one GPU, which every thread chooses. */
static cudaError_t select_gpu(int index)
{
    static _Thread_local int selected = -1;
    if (index == selected)
        return cudaSuccess;
    cudaError_t code = cudaSetDevice(index);
    selected = code == cudaSuccess ? index : -1;
    return code;
}

/* What comes is for this one: whoever asks for it is about to use it. */
static struct cuda_device *cuda_of(struct device *device)
{
    struct cuda_device *cuda = (struct cuda_device *)device;
    (void)select_gpu(cuda->index);
    return cuda;
}

void cuda_device_select(struct device *device)
{
    (void)cuda_of(device);
}

int cuda_device_index(const struct device *device)
{
    return ((const struct cuda_device *)device)->index;
}

struct cuda_peers *cuda_device_peers(struct device *device)
{
    return &cuda_of(device)->peers;
}

/* The first failure is the one that is told; what cannot be recorded is done without a recording. */
static bool keeps_failure(const struct cuda_device *cuda)
{
    return !cuda->is_recording && !error_is_set(&cuda->failure);
}

void cuda_device_fail(struct device *device, const char *library, const char *reason)
{
    struct cuda_device *cuda = cuda_of(device);
    if (keeps_failure(cuda))
        device_set_failure(device, cuda->entered, library, reason, &cuda->failure);
}

bool cuda_device_no_memory(struct device *device, size_t bytes, const char *what, struct error *error)
{
    struct cuda_device *cuda = cuda_of(device);
    struct memory_shortage shortage = {.device = cuda->facts.name, .bytes = bytes, .what = what};
    if (cudaMemGetInfo(&shortage.free, &shortage.total) != cudaSuccess)
        (void)cudaGetLastError();
    return memory_account_fail(&cuda->account, &shortage, error);
}

void cuda_device_fail_memory(struct device *device, const char *library)
{
    struct cuda_device *cuda = cuda_of(device);
    if (keeps_failure(cuda))
        cuda_device_no_memory(device, 0, library, &cuda->failure);
}

/* True when a call was well. The runtime's own note of a failure is taken back, so that it is told once. */
static bool cuda_ok(struct cuda_device *cuda, cudaError_t code)
{
    if (code == cudaSuccess)
        return true;
    (void)cudaGetLastError();
    if (code == cudaErrorMemoryAllocation)
        cuda_device_fail_memory(&cuda->device, "CUDA");
    else
        cuda_device_fail(&cuda->device, "CUDA", cudaGetErrorString(code));
    return false;
}

bool cuda_device_called(struct device *device, int code)
{
    return cuda_ok(cuda_of(device), (cudaError_t)code);
}

void cuda_device_launched(struct device *device)
{
    cuda_ok(cuda_of(device), cudaPeekAtLastError());
}

void *cuda_device_stream(struct device *device)
{
    return cuda_of(device)->stream;
}

void *cuda_device_upload_stream(struct device *device)
{
    return cuda_of(device)->uploads;
}

void *cuda_device_scratch(struct device *device)
{
    return cuda_of(device)->scratch;
}

struct cuda_handles *cuda_device_handles(struct device *device)
{
    return &cuda_of(device)->handles;
}

static void *cuda_allocate(struct device *device, size_t bytes, const char *what, struct error *error)
{
    struct cuda_device *cuda = cuda_of(device);
    void *memory = NULL;
    cudaError_t code = cudaMalloc(&memory, bytes > 0 ? bytes : 1);
    if (code == cudaErrorMemoryAllocation) {
        (void)cudaGetLastError();
        cuda_device_no_memory(device, bytes, what, error);
        return NULL;
    }
    if (!cuda_ok(cuda, code)) {
        *error = cuda->failure;
        return NULL;
    }
    memory_account_add(&cuda->account, memory, bytes, what);
    cuda_ok(cuda, cudaMemsetAsync(memory, 0, bytes, cuda->stream));
    return memory;
}

static void cuda_release(struct device *device, void *memory)
{
    struct cuda_device *cuda = cuda_of(device);
    memory_account_remove(&cuda->account, memory);
    cuda_ok(cuda, cudaStreamSynchronize(cuda->stream));
    cuda_ok(cuda, cudaFree(memory));
}

/* The next pinned memory, of at least this size, when what was written through it before has gone. */
static struct stage *stage_take(struct cuda_device *cuda, size_t bytes)
{
    struct stage *stage = &cuda->stages[cuda->next_stage];
    cuda->next_stage = (cuda->next_stage + 1) % STAGES;
    if (!cuda_ok(cuda, cudaEventSynchronize(stage->used)))
        return NULL;
    if (stage->size >= bytes)
        return stage;
    cuda_ok(cuda, cudaFreeHost(stage->memory));
    stage->memory = NULL;
    stage->size = 0;
    if (!cuda_ok(cuda, cudaMallocHost(&stage->memory, bytes)))
        return NULL;
    stage->size = bytes;
    return stage;
}

static void cuda_write(struct device *device, void *to, const void *from, size_t bytes)
{
    struct cuda_device *cuda = cuda_of(device);
    for (size_t at = 0; at < bytes;) {
        size_t part = bytes - at < STAGE_BYTES_MAX ? bytes - at : STAGE_BYTES_MAX;
        struct stage *stage = stage_take(cuda, part);
        if (stage == NULL)
            return;
        memcpy(stage->memory, (const char *)from + at, part);
        cuda_ok(cuda, cudaMemcpyAsync((char *)to + at, stage->memory, part, cudaMemcpyHostToDevice, cuda->stream));
        cuda_ok(cuda, cudaEventRecord(stage->used, cuda->stream));
        at += part;
    }
}

static void cuda_synchronize(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    cuda_ok(cuda, cudaStreamSynchronize(cuda->stream));
}

static void cuda_read(struct device *device, void *to, const void *from, size_t bytes)
{
    struct cuda_device *cuda = cuda_of(device);
    cuda_ok(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, cuda->stream));
    cuda_synchronize(device);
    if (error_is_set(&cuda->failure))
        memset(to, 0, bytes);
}

static void cuda_copy(struct device *device, void *to, const void *from, size_t bytes)
{
    struct cuda_device *cuda = cuda_of(device);
    cuda_ok(cuda, cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice, cuda->stream));
}

static bool cuda_check(struct device *device, struct error *error)
{
    struct cuda_device *cuda = cuda_of(device);
    if (error_is_set(&cuda->failure))
        *error = cuda->failure;
    return !error_is_set(&cuda->failure);
}

static void cuda_enter(struct device *device, const struct device_work *work)
{
    cuda_of(device)->entered = work;
}

/* The two events stand in the stream, so that what the host does in between does not count. */
static void cuda_time_begin(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    for (int i = 0; i < 2; i++)
        if (cuda->times[i] == NULL)
            cuda_ok(cuda, cudaEventCreate(&cuda->times[i]));
    cuda_ok(cuda, cudaEventRecord(cuda->times[0], cuda->stream));
}

static int64_t cuda_time_end(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    float milliseconds = 0;
    bool ok = cuda_ok(cuda, cudaEventRecord(cuda->times[1], cuda->stream)) &&
              cuda_ok(cuda, cudaEventSynchronize(cuda->times[1])) &&
              cuda_ok(cuda, cudaEventElapsedTime(&milliseconds, cuda->times[0], cuda->times[1]));
    return ok ? (int64_t)(1e6 * (double)milliseconds) : INT64_MAX;
}

static void cuda_record_begin(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    cuda->is_recording = cuda_ok(cuda, cudaStreamBeginCapture(cuda->stream, cudaStreamCaptureModeThreadLocal));
}

static void cuda_recording_destroy(struct device *device, struct device_recording *recording)
{
    (void)device;
    if (recording->executable != NULL)
        (void)cudaGraphExecDestroy(recording->executable);
    if (recording->graph != NULL)
        (void)cudaGraphDestroy(recording->graph);
    memory_free(recording);
}

/* What is no launch breaks a capture; the program then runs without one, and what is broken for good fails again. */
static struct device_recording *cuda_record_end(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    struct device_recording *recording = memory_allocate(1, sizeof *recording);
    cuda->is_recording = false;
    if (cudaStreamEndCapture(cuda->stream, &recording->graph) == cudaSuccess &&
        cudaGraphInstantiate(&recording->executable, recording->graph, 0) == cudaSuccess)
        return recording;
    (void)cudaGetLastError();
    cuda_recording_destroy(device, recording);
    return NULL;
}

static void cuda_replay(struct device *device, const struct device_recording *recording)
{
    static const struct device_work whole = {"a whole run", NULL, NULL};
    struct cuda_device *cuda = cuda_of(device);
    cuda->entered = &whole;
    cuda_ok(cuda, cudaGraphLaunch(recording->executable, cuda->stream));
}

/* Whoever closes is told of nothing: what has failed by then was told, or nobody waited for it. */
static void cuda_close(struct device *device)
{
    struct cuda_device *cuda = cuda_of(device);
    if (cuda->uploads != NULL)
        (void)cudaStreamSynchronize(cuda->uploads);
    if (cuda->stream != NULL)
        (void)cudaStreamSynchronize(cuda->stream);
    if (cuda->handles.cudnn != NULL)
        (void)cudnn.Destroy(cuda->handles.cudnn);
    if (cuda->handles.cublaslt != NULL)
        (void)cublaslt.Destroy(cuda->handles.cublaslt);
    for (int i = 0; i < 2; i++)
        if (cuda->times[i] != NULL)
            (void)cudaEventDestroy(cuda->times[i]);
    for (int i = 0; i < STAGES; i++) {
        if (cuda->stages[i].used != NULL)
            (void)cudaEventDestroy(cuda->stages[i].used);
        (void)cudaFreeHost(cuda->stages[i].memory);
    }
    (void)cudaFree(cuda->scratch);
    if (cuda->uploads != NULL)
        (void)cudaStreamDestroy(cuda->uploads);
    cuda_peers_finish(&cuda->peers);
    if (cuda->stream != NULL)
        (void)cudaStreamDestroy(cuda->stream);
    memory_account_finish(&cuda->account);
    memory_free(cuda);
}

static const struct device_interface cuda_interface = {
    .allocate = cuda_allocate,
    .release = cuda_release,
    .write = cuda_write,
    .read = cuda_read,
    .copy = cuda_copy,
    .copy_from = cuda_copy_from,
    .join = cuda_join,
    .synchronize = cuda_synchronize,
    .host_allocate = cuda_host_allocate,
    .host_release = cuda_host_release,
    .upload = cuda_upload,
    .fence_create = cuda_fence_create,
    .fence_destroy = cuda_fence_destroy,
    .fence_set = cuda_fence_set,
    .fence_await = cuda_fence_await,
    .fence_wait = cuda_fence_wait,
    .check = cuda_check,
    .enter = cuda_enter,
    .time_begin = cuda_time_begin,
    .time_end = cuda_time_end,
    .record_begin = cuda_record_begin,
    .record_end = cuda_record_end,
    .replay = cuda_replay,
    .recording_destroy = cuda_recording_destroy,
    .close = cuda_close,
    .arrays = &array_functions_cuda,
};

/* Of what the driver says: 13000 is CUDA 13.0; 0: there is no driver. */
static int find_driver(void)
{
    int version = 0;
    return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

bool cuda_has_driver(void)
{
    return find_driver() > 0;
}

/* CUDA's way to write versions: 13010 is 13.1. */
static void format_version(int version, char text[32])
{
    snprintf(text, 32, "%d.%d", version / 1000, version % 1000 / 10);
}

int cuda_device_count(struct error *why)
{
    int count = 0, driver = find_driver();
    char wanted[32], found[32];
    cudaError_t code = cudaGetDeviceCount(&count);
    if (code == cudaSuccess && count > 0)
        return count;
    (void)cudaGetLastError();
    format_version(CUDART_VERSION, wanted);
    format_version(driver, found);
    if (driver == 0)
        error_set(why, ERROR_CONFIG, "found no driver of NVIDIA on this machine");
    else if (code == cudaErrorInsufficientDriver)
        error_set(why, ERROR_CONFIG, "wanted a driver of NVIDIA for CUDA %s, found one for %s", wanted, found);
    else
        error_set(why, ERROR_CONFIG, "found a driver of NVIDIA, but no GPU: %s", cudaGetErrorString(code));
    error_hint(why, "'lrun doctor' shows what there is; accelerator: cpu needs none");
    return 0;
}

/* "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65.06  Sun Jul ...": what has a number between dots. "" on Windows. */
static void read_driver_number(char number[16])
{
    char line[256] = "";
    FILE *file = fopen("/proc/driver/nvidia/version", "re");
    number[0] = '\0';
    if (file == NULL)
        return;
    if (fgets(line, sizeof line, file) != NULL)
        for (char *word = strtok(line, " \t\n"); word != NULL && number[0] == '\0'; word = strtok(NULL, " \t\n"))
            if (strchr(word, '.') != NULL && strspn(word, "0123456789.") == strlen(word))
                snprintf(number, 16, "%s", word);
    fclose(file);
}

static void find_driver_part(struct backend_part *part)
{
    int version = find_driver();
    char number[16], toolkit[32];
    *part = (struct backend_part){.name = "driver"};
    format_version(version, toolkit);
    read_driver_number(number);
    if (version > 0)
        snprintf(part->version, sizeof part->version, "%s%sfor CUDA %.8s", number, number[0] != '\0' ? " " : "",
                 toolkit);
    else
        error_set(&part->missing, ERROR_RUN, "found no driver of NVIDIA on this machine");
}

/* cuDNN's way to write versions: 91301 is 9.13.1. */
static void find_library_parts(struct backend_part *cudnn_part, struct backend_part *cublaslt_part)
{
    *cudnn_part = (struct backend_part){.name = "cuDNN"};
    if (cudnn_open(&cudnn_part->missing)) {
        size_t version = cudnn.GetVersion();
        snprintf(cudnn_part->version, sizeof cudnn_part->version, "%zu.%zu.%zu", version / 10000, version % 10000 / 100,
                 version % 100);
    }
    *cublaslt_part = (struct backend_part){.name = "cuBLASLt"};
    if (cublaslt_open(&cublaslt_part->missing)) {
        size_t version = cublaslt.GetVersion();
        snprintf(cublaslt_part->version, sizeof cublaslt_part->version, "%zu.%zu.%zu", version / 10000,
                 version % 10000 / 100, version % 100);
    }
}

int cuda_find_parts(struct backend_part parts[BACKEND_PARTS_MAX])
{
    parts[0] = (struct backend_part){.name = "CUDA's runtime"};
    format_version(CUDART_VERSION, parts[0].version);
    find_driver_part(&parts[1]);
    find_library_parts(&parts[2], &parts[3]);
    return 4;
}

static bool fail_runtime(cudaError_t code, int index, struct error *error)
{
    (void)cudaGetLastError();
    return error_set(error, ERROR_RUN, "GPU %d does not work: %s", index, cudaGetErrorString(code));
}

bool cuda_device_describe(int index, struct device_facts *facts, struct error *error)
{
    struct cudaDeviceProp properties;
    cudaError_t code = cudaGetDeviceProperties(&properties, index);
    if (code == cudaSuccess)
        code = select_gpu(index);
    if (code == cudaSuccess)
        code = cudaMemGetInfo(&facts->free_memory, &facts->memory);
    if (code != cudaSuccess)
        return fail_runtime(code, index, error);
    snprintf(facts->name, sizeof facts->name, "%s", properties.name);
    facts->capability = 10 * properties.major + properties.minor;
    snprintf(facts->details, sizeof facts->details, "compute capability %d.%d, %d multiprocessors", properties.major,
             properties.minor, properties.multiProcessorCount);
    return true;
}

/* Our kernels are compiled for some GPUs and all that came later. */
static bool check_age(const struct device_facts *facts, struct error *error)
{
    if (facts->capability >= LRUN_GPU_OLDEST)
        return true;
    error_set(error, ERROR_CONFIG, "'%s' has compute capability %d.%d, this build is for %d.%d and later", facts->name,
              facts->capability / 10, facts->capability % 10, LRUN_GPU_OLDEST / 10, LRUN_GPU_OLDEST % 10);
    return error_hint(error, "build with -Dgpu_architectures=%d,%d, or use accelerator: cpu", facts->capability,
                      LRUN_GPU_OLDEST);
}

static bool cuda_prepare(struct cuda_device *cuda)
{
    bool ok = cuda_ok(cuda, cudaStreamCreateWithFlags(&cuda->stream, cudaStreamNonBlocking)) &&
              cuda_ok(cuda, cudaStreamCreateWithFlags(&cuda->uploads, cudaStreamNonBlocking)) &&
              cuda_ok(cuda, cudaMalloc(&cuda->scratch, CUDA_SCRATCH_BYTES));
    for (int i = 0; i < STAGES && ok; i++)
        ok = cuda_ok(cuda, cudaEventCreateWithFlags(&cuda->stages[i].used, cudaEventDisableTiming));
    return ok;
}

struct device *cuda_device_open(int index, struct error *error)
{
    struct device_facts facts = {.memory = 0};
    int count = cuda_device_count(error);
    if (count == 0)
        return NULL;
    if (index >= count) {
        error_set(error, ERROR_CONFIG, "wanted GPU %d, found %d of them, counted from 0", index, count);
        return NULL;
    }
    if (!cuda_device_describe(index, &facts, error) || !check_age(&facts, error))
        return NULL;
    struct cuda_device *cuda = memory_allocate(1, sizeof *cuda);
    cuda->index = index;
    cuda->facts = facts;
    cuda->device = (struct device){BACKEND_CUDA, &cuda_interface, cuda->facts.name, &cuda->facts};
    if (cuda_prepare(cuda))
        return &cuda->device;
    *error = cuda->failure;
    cuda_close(&cuda->device);
    return NULL;
}
