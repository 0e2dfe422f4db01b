/* test_curves.c: which curves are drawn, and of which points. */
#include "runner/plot/curves.h"

#include <math.h>
#include <string.h>

#include "tests/unit/scratch.h"

static const char one_run[] = "epoch,step,lr-SGD,train_loss,train_loss_epoch,val_acc,val_loss,val_loss_part\n"
                              "0,0,0.1,4,,,,\n"
                              "0,1,0.1,2,,,,\n"
                              "0,1,,,3,0.5,2.5,1\n"
                              "1,2,0.1,nan,,,,\n"
                              "1,3,0.1,1,,,,\n"
                              "1,3,,,1,0.75,-1,1\n"
                              "2,4,0.1,inf,,,,\n";

/* Adds a run whose file holds this text. */
static void add(struct curves *curves, const char *name, const char *text)
{
    struct scratch scratch;
    char path[128];
    struct error error = ERROR_INIT;
    scratch_init(&scratch);
    snprintf(path, sizeof path, "%s/metrics.csv", scratch.path);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    ck_ok(curves_add_run(curves, name, path, &error), error);
    scratch_finish(&scratch);
}

/* "loss: train_loss val_loss; ...". */
static void check_panels(const struct curves *curves, const char *expected)
{
    char found[512] = "";
    for (size_t i = 0; i < curves->panel_count; i++) {
        strcat(strcat(strcat(found, i > 0 ? "; " : ""), curves->panels[i].title), ":");
        for (size_t c = 0; c < curves->panels[i].count; c++)
            strcat(strcat(found, " "), curves->panels[i].curves[c].label);
    }
    ck_assert_str_eq(found, expected);
}

static void choose(struct curves *curves, struct curve_choice choice, const char *expected)
{
    struct error error = ERROR_INIT;
    curves->panel_count = 0;
    ck_ok(curves_choose(curves, &choice, &error), error);
    check_panels(curves, expected);
}

START_TEST(test_metrics_of_one_run_share_panels_by_what_they_measure)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", one_run);
    choose(&curves, (struct curve_choice){.metrics = NULL}, "loss: train_loss val_loss; val_acc: val_acc");
    choose(&curves, (struct curve_choice){.metrics = "val_acc, lr-SGD,train_loss_epoch,val_loss,val_acc"},
           "val_acc: val_acc; lr-SGD: lr-SGD; loss: train_loss_epoch val_loss");
    ck_assert_uint_eq(curves.panels[2].curves[0].color, 0);
    ck_assert_uint_eq(curves.panels[2].curves[1].color, 1);
    curves_finish(&curves);
}
END_TEST

START_TEST(test_of_several_runs_each_metric_has_a_panel)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", one_run);
    add(&curves, "b", "step,val_map\n7,1\n");
    choose(&curves, (struct curve_choice){.metrics = "val_loss,train_loss,val_map"},
           "val_loss: a; train_loss: a; val_map: b");
    ck_assert_uint_eq(curves.panels[2].curves[0].color, 1);
    curves_finish(&curves);
}
END_TEST

static void check_points(const struct curve_point *points, size_t count, const double expected[][2])
{
    for (size_t i = 0; i < count; i++) {
        ck_assert_double_eq_tol(points[i].x, expected[i][0], 1e-9);
        if (isnan(expected[i][1]))
            ck_assert_double_nan(points[i].y);
        else
            ck_assert_double_eq_tol(points[i].y, expected[i][1], 1e-9);
    }
}

START_TEST(test_what_is_no_number_is_a_gap)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", one_run);
    choose(&curves, (struct curve_choice){.metrics = "train_loss"}, "train_loss: train_loss");
    ck_assert_uint_eq(curves.panels[0].curves[0].count, 5);
    check_points(curves.panels[0].curves[0].points, 5, (const double[][2]){{0, 4}, {1, 2}, {2, NAN}, {3, 1}, {4, NAN}});
    choose(&curves, (struct curve_choice){.metrics = "val_loss", .only_positive = true}, "val_loss: val_loss");
    check_points(curves.panels[0].curves[0].points, 2, (const double[][2]){{1, 2.5}, {3, NAN}});
    curves_finish(&curves);
}
END_TEST

START_TEST(test_epochs_count_what_is_done)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", one_run);
    choose(&curves, (struct curve_choice){.metrics = "val_acc,train_loss", .axis = CURVE_AXIS_EPOCH},
           "val_acc: val_acc; train_loss: train_loss");
    check_points(curves.panels[0].curves[0].points, 2, (const double[][2]){{1, 0.5}, {2, 0.75}});
    check_points(curves.panels[1].curves[0].points, 5,
                 (const double[][2]){{0.5, 4}, {1, 2}, {1.5, NAN}, {2, 1}, {2.5, NAN}});
    curves_finish(&curves);
}
END_TEST

START_TEST(test_a_file_without_steps_counts_rows)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", "loss\n3\n\n2\n");
    choose(&curves, (struct curve_choice){.metrics = NULL}, "loss: loss");
    check_points(curves.panels[0].curves[0].points, 2, (const double[][2]){{0, 3}, {2, 2}});
    curves_finish(&curves);
}
END_TEST

START_TEST(test_smoothing_is_a_running_mean_that_does_not_lean_to_zero)
{
    struct curves curves = CURVES_INIT;
    add(&curves, "a", one_run);
    choose(&curves, (struct curve_choice){.metrics = "train_loss", .smoothing = 0.5}, "train_loss: train_loss");
    check_points(curves.panels[0].curves[0].smoothed, 5,
                 (const double[][2]){{0, 4}, {1, 2 / 0.75}, {2, NAN}, {3, 1.5 / 0.875}, {4, NAN}});
    curves_finish(&curves);
}
END_TEST

static void check_failure(const char *text, const char *metrics, const char *message, const char *hint)
{
    struct curves curves = CURVES_INIT;
    struct error error = ERROR_INIT;
    add(&curves, "a", text);
    ck_assert(!curves_choose(&curves, &(struct curve_choice){.metrics = metrics}, &error));
    ck_assert_str_eq(error.message, message);
    ck_assert_str_eq(error.hint, hint);
    curves_finish(&curves);
}

START_TEST(test_a_metric_that_is_not_there_is_an_error)
{
    static const char text[] = "epoch,step,train_loss,val_map_50\n";
    check_failure(text, "train_loss,val_map50",
                  "--metrics: no metric is called 'val_map50' (did you mean 'val_map_50'?)",
                  "the metrics of these runs: train_loss, val_map_50");
    check_failure(text, "step", "--metrics: no metric is called 'step'",
                  "the metrics of these runs: train_loss, val_map_50");
    check_failure(text, "", "--metrics: no metric is called ''", "the metrics of these runs: train_loss, val_map_50");
    check_failure("epoch,step\n", "x", "--metrics: no metric is called 'x'", "the metrics of these runs: none");
    check_failure("", NULL, "nothing to draw: no number was logged yet",
                  "metrics.csv gets a row every trainer.log_every_n_steps steps");
}
END_TEST

UNIT_MAIN("curves", test_metrics_of_one_run_share_panels_by_what_they_measure,
          test_of_several_runs_each_metric_has_a_panel, test_what_is_no_number_is_a_gap, test_epochs_count_what_is_done,
          test_a_file_without_steps_counts_rows, test_smoothing_is_a_running_mean_that_does_not_lean_to_zero,
          test_a_metric_that_is_not_there_is_an_error)
