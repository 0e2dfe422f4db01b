/* numeric.c: what is said when a number of training is not finite. */
#include "runner/train/numeric.h"

#include <math.h>

#include "engine/graph/op.h"
#include "runner/train/update.h"

#define NAMES_SHOWN 16

bool numbers_are_finite(struct numbers numbers, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(numbers_get(numbers, i)))
            return false;
    return true;
}

bool numeric_error(const struct numeric_place *place, const struct node *bad, double loss, struct error *error)
{
    struct text text = TEXT_INIT;
    if (isfinite(loss))
        text_append(&text, "a gradient is not finite");
    else
        text_format(&text, "the loss is %s", isnan(loss) ? "nan" : "infinite");
    text_format(&text, " at step %lld (epoch %lld, batch %lld, learning rate %g)",
                (long long)place->position->global_step, (long long)place->position->epoch,
                (long long)place->position->batches_done + place->batch_number, place->learning_rate);
    if (place->loss_scale > 0)
        text_format(&text, ", the loss scaled by %g", place->loss_scale);
    if (bad != NULL)
        text_format(&text, ": first in layer '%s' (%s)", bad->name, bad->op->name);
    text_append(&text, "; samples");
    for (int i = 0; i < place->batch->size && i < NAMES_SHOWN; i++)
        text_format(&text, "%s '%s'", i > 0 ? "," : "", place->batch->items[i].name);
    if (place->batch->size > NAMES_SHOWN)
        text_format(&text, " and %d more", place->batch->size - NAMES_SHOWN);
    error_set(error, ERROR_NUMERIC, "%s", text_string(&text));
    text_finish(&text);
    return error_hint(error, NUMERIC_HINT);
}

bool numeric_diagnose(struct step *step, const struct numeric_place *place, struct error *error)
{
    const struct node *bad;
    double loss = step_loss(step);
    if (!step_run(step, place->batch, place->round, true, &bad, error))
        return false;
    return numeric_error(place, bad, loss, error);
}

static void rewind_to(struct session *session, const struct step_place *fault)
{
    struct position *position = &session->position;
    position->global_step = fault->step;
    position->batches_total -= position->batches_done - fault->batch;
    position->batches_done = fault->batch;
    update_rate(session);
}

/* Each device's gradients were finite. */
static bool fail_sum(const struct session *session, struct error *error)
{
    const struct position *position = &session->position;
    error_set(error, ERROR_NUMERIC,
              "the sum of the gradients of %d devices is not finite at step %lld (epoch %lld, learning rate %g)",
              session->replica_count, (long long)position->global_step, (long long)position->epoch,
              session->rate.learning_rate);
    return error_hint(error, NUMERIC_HINT);
}

bool numeric_diagnose_late(struct session *session, struct replica *replica, struct error *error)
{
    const struct step_place *fault = &replica->known.fault;
    const struct batch *batch;
    const struct node *bad;
    struct loader *loader = replica->loaders[STAGE_TRAIN];
    rewind_to(session, fault);
    if (fault->part == session->params->accumulate_grad_batches ||
        fault->batch + fault->part == session->stages[STAGE_TRAIN].batches)
        return fail_sum(session, error);
    session->in_step = true;
    loader_start(loader, session->position.epoch, fault->batch + fault->part);
    if (!loader_next(loader, &batch, error))
        return false;
    struct step *step = steps_get(replica->steps, STAGE_TRAIN, batch->size, error);
    int64_t round = session_round(session, replica, (int)fault->part);
    struct numeric_place place = {&session->position,          (int)fault->part,         round, batch,
                                  session->rate.learning_rate, replica->known.loss_scale};
    /* Once for the loss, which the search may not come to. */
    return step != NULL && step_run(step, batch, round, false, &bad, error) && numeric_diagnose(step, &place, error);
}
