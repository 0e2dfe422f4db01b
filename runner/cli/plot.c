/* plot.c: `lrun plot RUN...`: the curves of runs. */
#include <string.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/cli/verb.h"
#include "runner/plot/figure.h"
#include "runner/runs/run_list.h"
#include "runner/train/console.h"

/* What the command line asks for. */
struct request {
    struct curve_choice choice;
    struct figure_axes axes;
    /* NULL: the terminal. */
    const char *output;
};

static bool has_ending(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

static bool read_output(const struct option *options, struct request *request, struct error *error)
{
    request->output = option_value(options, "output");
    if (request->output == NULL || has_ending(request->output, ".png") || has_ending(request->output, ".svg"))
        return true;
    return error_set(error, ERROR_CONFIG, "--output: wanted a file that ends in .png or .svg, found '%s'",
                     request->output);
}

static bool read_axes(const struct option *options, struct request *request, struct error *error)
{
    const char *x = option_value(options, "x");
    request->axes.is_log = request->choice.only_positive = option_value(options, "log") != NULL;
    if (x == NULL || strcmp(x, "step") == 0)
        return true;
    if (strcmp(x, "epoch") != 0)
        return error_set(error, ERROR_CONFIG, "--x: wanted step or epoch, found '%s'", x);
    request->axes.x = request->choice.axis = CURVE_AXIS_EPOCH;
    return true;
}

static bool read_smoothing(const struct option *options, struct request *request, struct error *error)
{
    const char *smoothing = option_value(options, "smooth");
    double *weight = &request->choice.smoothing;
    if (smoothing == NULL || (number_parse_double(smoothing, weight) && *weight >= 0 && *weight < 1))
        return true;
    error_set(error, ERROR_CONFIG, "--smooth: wanted a number from 0 to below 1, found '%s'", smoothing);
    return error_hint(error,
                      "it is the weight of what came before: 0 draws the numbers as they are, 0.9 a smooth line");
}

static bool read_request(const struct verb_call *call, struct arena *arena, struct arguments *split,
                         struct request *request, struct error *error)
{
    struct option *options = verb_options(call->verb, arena);
    *request = (struct request){.output = NULL};
    if (!arguments_split(call->arguments, call->count, options, arena, split, error) ||
        !arguments_refuse_others(split, options, error))
        return false;
    request->choice.metrics = option_value(options, "metrics");
    return read_output(options, request, error) && read_axes(options, request, error) &&
           read_smoothing(options, request, error);
}

static bool add_run(struct curves *curves, const char *path, struct arena *arena, struct error *error)
{
    const char *metrics = arena_format(arena, "%s/metrics.csv", path);
    if (!file_exists(metrics)) {
        error_set(error, ERROR_STORAGE, "the run '%s' has no metrics.csv", path);
        return error_hint(error, "CSVLogger writes it, a row every trainer.log_every_n_steps steps");
    }
    return curves_add_run(curves, path, metrics, error);
}

static bool format_curves(const struct curves *curves, const struct request *request, struct verb_call *call,
                          struct error *error)
{
    if (request->output == NULL) {
        const struct figure_terminal terminal = {
            .width = call->output_style.width, .color = call->output_style.color, .is_ascii = !console_is_utf8()};
        figure_format_text(curves, &request->axes, &terminal, &call->output);
        return true;
    }
    struct text file = TEXT_INIT;
    bool ok = true;
    if (has_ending(request->output, ".png"))
        ok = figure_format_png(curves, &request->axes, &file, error);
    else
        figure_format_svg(curves, &request->axes, &file);
    ok = ok && durable_file_save(request->output, file.data, file.length, error);
    text_finish(&file);
    return ok;
}

static bool load_runs(struct curves *curves, const struct arguments *split, struct arena *arena, struct error *error)
{
    if (split->positional_count == 0) {
        error_set(error, ERROR_CONFIG, "plot: wanted a run, found none");
        return error_hint(error, "a run is its directory or its number: lrun plot 3");
    }
    bool ok = true;
    for (size_t i = 0; ok && i < split->positional_count; i++) {
        char *path = run_find(NULL, split->positional[i], error);
        ok = path != NULL && add_run(curves, path, arena, error);
        memory_free(path);
    }
    return ok;
}

bool verb_plot(struct verb_call *call, struct error *error)
{
    struct arena arena = ARENA_INIT;
    struct curves curves = CURVES_INIT;
    struct arguments split;
    struct request request;
    bool ok = read_request(call, &arena, &split, &request, error) && load_runs(&curves, &split, &arena, error) &&
              curves_choose(&curves, &request.choice, error) && format_curves(&curves, &request, call, error);
    curves_finish(&curves);
    arena_finish(&arena);
    return ok;
}
