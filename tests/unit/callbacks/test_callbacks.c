/* test_callbacks.c: what is saved, kept, logged and stopped, and when. */
#include <math.h>
#include <string.h>

#include "components/callbacks/early_stopping.h"
#include "components/callbacks/file_name.h"
#include "components/callbacks/learning_rate_monitor.h"
#include "components/callbacks/model_checkpoint.h"
#include "tests/unit/callbacks/fake_run.h"
#include "tests/unit/unit.h"

static const struct model_checkpoint_params checkpoint_defaults = {
    .filename = "{epoch}-{step}",
    .save_last = true,
    .save_top_k = 1,
    .auto_insert_metric_name = true,
    .every_n_epochs = 1,
};

/* One epoch with a validation that gave `score`. */
static bool validate(struct callback *callback, struct fake_run *run, double score, struct error *error)
{
    scalars_set(&run->metrics, score, "val_loss");
    run->view.global_step += 10;
    bool ok = callback->interface->on_validation_end(callback, &run->view, error);
    run->view.epoch++;
    return ok;
}

START_TEST(test_the_best_two_and_the_last_are_kept)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    params.monitor = "val_loss";
    params.save_top_k = 2;
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    const double scores[] = {0.5, 0.7, 0.4, 0.9, NAN};
    for (int i = 0; i < 5; i++)
        ck_ok(validate(callback, &run, scores[i], &error), error);
    ck_assert(fake_run_has_file(&run, "epoch=0-step=10.safetensors"));
    ck_assert(fake_run_has_file(&run, "epoch=2-step=30.safetensors"));
    ck_assert(fake_run_has_file(&run, "last.safetensors"));
    ck_assert_int_eq(fake_run_count_files(&run), 3);
    json_t *state = callback->interface->save_state(callback);
    ck_assert_ptr_nonnull(
        strstr(json_string_value(json_object_get(state, "best_model_path")), "epoch=2-step=30.safetensors"));
    json_decref(state);
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_without_a_monitor_the_latest_is_kept)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&checkpoint_defaults, &error);
    for (int i = 0; i < 3; i++)
        ck_ok(validate(callback, &run, i, &error), error);
    ck_assert(fake_run_has_file(&run, "epoch=2-step=30.safetensors"));
    ck_assert_int_eq(fake_run_count_files(&run), 2);
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_a_run_without_validation_saves_at_the_end_of_its_epochs)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&checkpoint_defaults, &error);
    run.view.global_step = 5;
    ck_ok(callback->interface->on_train_epoch_end(callback, &run.view, &error), error);
    ck_assert(fake_run_has_file(&run, "epoch=0-step=5.safetensors"));
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_an_epoch_before_the_first_validation_saves_nothing_by_a_number_of_validation)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    params.monitor = "val_loss";
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    run.view.global_step = 5;
    ck_ok(callback->interface->on_train_epoch_end(callback, &run.view, &error), error);
    ck_assert_int_eq(run.saves, 0);
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_every_n_steps_saves_at_those_steps_only)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    const int64_t every = 3;
    params.every_n_train_steps = &every;
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    for (run.view.global_step = 1; run.view.global_step <= 7; run.view.global_step++)
        ck_ok(callback->interface->on_train_step_end(callback, &run.view, &error), error);
    ck_assert_int_eq(run.saves, 2);
    ck_assert(fake_run_has_file(&run, "epoch=0-step=6.safetensors"));
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

/* Between logged steps the numbers are older than the step. */
START_TEST(test_a_step_that_is_saved_is_judged_by_its_own_numbers)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    const int64_t every = 2;
    params.every_n_train_steps = &every;
    params.monitor = "train_loss";
    params.filename = "{train_loss:.2f}";
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    scalars_set(&run.metrics, 9, "train_loss");
    for (run.view.global_step = 1; run.view.global_step <= 4; run.view.global_step++) {
        scalars_set(&run.newer, 0.5 / (double)run.view.global_step, "train_loss");
        ck_ok(callback->interface->on_train_step_end(callback, &run.view, &error), error);
    }
    ck_assert_int_eq(run.refreshes, 2);
    ck_assert(fake_run_has_file(&run, "train_loss=0.12.safetensors"));
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_the_state_goes_through_a_checkpoint)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    params.monitor = "val_loss";
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    ck_ok(validate(callback, &run, 0.5, &error), error);
    json_t *state = callback->interface->save_state(callback);
    callback_destroy(&callback);
    callback = model_checkpoint_create(&params, &error);
    ck_ok(callback->interface->load_state(callback, state, &error), error);
    json_t *again = callback->interface->save_state(callback);
    ck_assert(json_equal(state, again));
    ck_ok(validate(callback, &run, 0.4, &error), error);
    ck_assert(!fake_run_has_file(&run, "epoch=0-step=10.safetensors"));
    json_decref(state);
    json_decref(again);
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_a_monitor_that_is_not_logged_is_an_error_that_lists_the_logged)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    struct model_checkpoint_params params = checkpoint_defaults;
    params.monitor = "val_map";
    fake_run_init(&run);
    struct callback *callback = model_checkpoint_create(&params, &error);
    ck_assert(!validate(callback, &run, 0.5, &error));
    ck_assert_str_eq(error.message, "ModelCheckpoint monitors 'val_map', which is not logged");
    ck_assert_str_eq(error.hint, "set 'monitor' to one of: val_loss");
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_file_names_are_made_from_patterns)
{
    static const struct {
        const char *pattern, *expected;
        bool insert;
    } cases[] = {
        {"{epoch}-{step}", "epoch=3-step=40", true},
        {"best-{val_loss:.2f}", "best-val_loss=0.12", true},
        {"{epoch:03d}_{val_loss}", "003_0.125", false},
        {"a b%n{missing}", "a_b_nmissing=0", true},
    };
    struct fake_run run;
    fake_run_init(&run);
    run.view.epoch = 3;
    run.view.global_step = 40;
    scalars_set(&run.metrics, 0.125, "val_loss");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char name[FILE_NAME_BYTES];
        file_name_format(cases[i].pattern, cases[i].insert, &run.view, name);
        ck_assert_str_eq(name, cases[i].expected);
    }
    fake_run_finish(&run);
    static const char *const bad[] = {"{", "{}", "{a:x}", "{a:.2d}", "{a:.2f", "../{epoch}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct error error = ERROR_INIT;
        ck_assert_msg(!file_name_check(bad[i], &error), "accepted '%s'", bad[i]);
    }
}
END_TEST

START_TEST(test_early_stopping_waits_for_its_patience)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    const struct early_stopping_params params = {
        .monitor = "val_loss", .patience = 2, .strict = true, .check_finite = true};
    fake_run_init(&run);
    struct callback *callback = early_stopping_create(&params, &error);
    const double scores[] = {1, 0.8, 0.9, 0.7, 0.75, 0.7};
    for (int i = 0; i < 6; i++) {
        ck_assert_str_eq(run.stop_reason, "");
        ck_ok(validate(callback, &run, scores[i], &error), error);
    }
    ck_assert_str_eq(run.stop_reason, "EarlyStopping: val_loss did not improve on 0.7 in 2 checks");
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

START_TEST(test_early_stopping_stops_at_nan_and_at_thresholds)
{
    const double low = 0.1, high = 10;
    const double scores[] = {NAN, 0.05, 11};
    for (int i = 0; i < 3; i++) {
        struct fake_run run;
        struct error error = ERROR_INIT;
        const struct early_stopping_params params = {.monitor = "val_loss",
                                                     .patience = 5,
                                                     .strict = true,
                                                     .check_finite = true,
                                                     .stopping_threshold = &low,
                                                     .divergence_threshold = &high};
        fake_run_init(&run);
        struct callback *callback = early_stopping_create(&params, &error);
        ck_ok(validate(callback, &run, 1, &error), error);
        ck_assert_str_eq(run.stop_reason, "");
        ck_ok(validate(callback, &run, scores[i], &error), error);
        ck_assert_str_ne(run.stop_reason, "");
        callback_destroy(&callback);
        fake_run_finish(&run);
    }
}
END_TEST

START_TEST(test_the_learning_rate_is_logged_under_the_optimizers_name)
{
    struct fake_run run;
    struct error error = ERROR_INIT;
    const struct learning_rate_monitor_params params = {.log_momentum = true};
    fake_run_init(&run);
    struct callback *callback = learning_rate_monitor_create(&params, &error);
    ck_ok(callback->interface->on_train_step_end(callback, &run.view, &error), error);
    ck_assert_double_eq(*scalars_find(&run.logged, "lr-SGD"), 0.02);
    ck_assert_double_eq(*scalars_find(&run.logged, "lr-SGD-momentum"), 0.9);
    callback_destroy(&callback);
    fake_run_finish(&run);
}
END_TEST

UNIT_MAIN("callbacks", test_the_best_two_and_the_last_are_kept, test_without_a_monitor_the_latest_is_kept,
          test_a_run_without_validation_saves_at_the_end_of_its_epochs, test_every_n_steps_saves_at_those_steps_only,
          test_a_step_that_is_saved_is_judged_by_its_own_numbers,
          test_an_epoch_before_the_first_validation_saves_nothing_by_a_number_of_validation,
          test_the_state_goes_through_a_checkpoint, test_a_monitor_that_is_not_logged_is_an_error_that_lists_the_logged,
          test_file_names_are_made_from_patterns, test_early_stopping_waits_for_its_patience,
          test_early_stopping_stops_at_nan_and_at_thresholds,
          test_the_learning_rate_is_logged_under_the_optimizers_name)
