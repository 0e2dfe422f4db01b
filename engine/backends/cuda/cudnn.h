/*
 * cudnn.h: NVIDIA's libraries of kernels, opened when they are first used: `cudnn.Create(...)` is cudnnCreate(...), and
 * `cublaslt.MatmulDescCreate(...)` is cublasLtMatmulDescCreate(...); NULL until the library is open. Who needs another function
 * adds it to the list.
 */
#ifndef LRUN_ENGINE_BACKENDS_CUDA_CUDNN_H
#define LRUN_ENGINE_BACKENDS_CUDA_CUDNN_H

#include <cublasLt.h>
#include <cudnn.h>

#include "engine/base/library.h"

/* clang-format off */
#define CUDNN_FUNCTIONS(function) \
    function(cudnn, Create) \
    function(cudnn, Destroy) \
    function(cudnn, GetErrorString) \
    function(cudnn, GetVersion) \
    function(cudnn, SetStream)

#define CUBLASLT_FUNCTIONS(function) \
    function(cublasLt, Create) \
    function(cublasLt, Destroy) \
    function(cublasLt, GetVersion)
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

#endif
