/*
 * parity.h: a model against PyTorch's: with the same weights and batch, the same losses, gradients, running statistics and outputs.
 *
 * Weights are a formula of their names (tests/fixtures/make_models.py computes the same). What is computed lies on parity_device,
 * whose memory is written and read, so that one test serves every backend.
 *
 *     parity_check_classifier(resnet18_create(&params, &error), &(struct parity){.fixture = "resnet18", .size = 64});
 */
#ifndef LRUN_TESTS_UNIT_MODELS_PARITY_H
#define LRUN_TESTS_UNIT_MODELS_PARITY_H

#include <jansson.h>
#include <stdbool.h>

#include "components/backbones/backbone.h"
#include "components/models/model.h"
#include "engine/backends/device.h"

/* How a model is compared. */
struct parity {
    /* tests/fixtures/models/FIXTURE.json. */
    const char *fixture;
    /* Of the images, in pixels: they are square. */
    int size;
    /* By the reference kernels; on the processor only. */
    bool reference;
    /* In bfloat16, as under autocast. */
    bool half;
    /* What ends a residual branch, for weights that keep relus away from zero (see make_models.py); or NULL. */
    const char *last_normalization;
    /* Relative, of gradients and running statistics; 0: as of all else. */
    double gradient_tolerance;
};

/* What computes; the processor unless a test says otherwise. Lent. */
extern struct device *parity_device;

/* Trains on a batch of four and gives logits, seven classes. Takes the backbone. */
void parity_check_classifier(struct backbone *backbone, const struct parity *parity);

/* Trains on the fixture's boxes of three classes and detects. Takes the model. */
void parity_check_detector(struct model *model, const struct parity *parity);

/* The fixture of this name: the caller's. Aborts the test when there is none. */
json_t *parity_load(const char *fixture);

/* Number `index` of an array. Aborts the test when it is none. */
double parity_number(const json_t *array, size_t index);

#endif
