/*
 * cudnn.h: NVIDIA's libraries of kernels, opened when they are first used: `cudnn.Create(...)` is cudnnCreate(...), and
 * `cublaslt.MatmulDescCreate(...)` is cublasLtMatmulDescCreate(...); NULL until the library is open. Who needs another function
 * adds it to the list.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDNN_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDNN_H

#include <cublasLt.h>
#include <cudnn.h>

#include "engine/backends/device.h"
#include "engine/base/library.h"

/* clang-format off */
#define CUDNN_FUNCTIONS(function) \
    function(cudnn, BackendCreateDescriptor) \
    function(cudnn, BackendDestroyDescriptor) \
    function(cudnn, BackendExecute) \
    function(cudnn, BackendFinalize) \
    function(cudnn, BackendGetAttribute) \
    function(cudnn, BackendSetAttribute) \
    function(cudnn, Create) \
    function(cudnn, Destroy) \
    function(cudnn, GetErrorString) \
    function(cudnn, GetVersion) \
    function(cudnn, SetStream)

#define CUBLASLT_FUNCTIONS(function) \
    function(cublasLt, Create) \
    function(cublasLt, Destroy) \
    function(cublasLt, GetStatusString) \
    function(cublasLt, GetVersion) \
    function(cublasLt, Matmul) \
    function(cublasLt, MatmulAlgoConfigGetAttribute) \
    function(cublasLt, MatmulAlgoGetHeuristic) \
    function(cublasLt, MatmulDescCreate) \
    function(cublasLt, MatmulDescDestroy) \
    function(cublasLt, MatmulDescSetAttribute) \
    function(cublasLt, MatmulPreferenceCreate) \
    function(cublasLt, MatmulPreferenceDestroy) \
    function(cublasLt, MatmulPreferenceSetAttribute) \
    function(cublasLt, MatrixLayoutCreate) \
    function(cublasLt, MatrixLayoutDestroy)
/* clang-format on */

extern struct cudnn_functions {
    CUDNN_FUNCTIONS(LIBRARY_POINTER)
} cudnn;

extern struct cublaslt_functions {
    CUBLASLT_FUNCTIONS(LIBRARY_POINTER)
} cublaslt;

/** Opens the library; must have succeeded before anything of it is called. Fails with ERROR_RUN. */
bool cudnn_open(struct error *error);
bool cublaslt_open(struct error *error);

/**
 * The device's handle, made when it is first asked for; NULL when the library is not there (ERROR_RUN), does not work
 * on it (ERROR_CONFIG), or there is no memory for it (ERROR_MEMORY).
 */
cudnnHandle_t cudnn_handle(struct device *device, struct error *error);
cublasLtHandle_t cublaslt_handle(struct device *device, struct error *error);

/** Keeps a failure of a call, unless it was well: for runs, which cannot fail. */
void cudnn_note(struct device *device, cudnnStatus_t status);
void cublaslt_note(struct device *device, cublasStatus_t status);

/** What a library may use of a device's memory for one node: what wants more is not chosen. */
#define CUDA_WORKSPACE_MAX ((size_t)512 << 20)

#endif
