/* curves.c: the numbers of runs as curves, in panels. */
#include "runner/plot/curves.h"

#include <math.h>
#include <string.h>

#include "engine/base/memory.h"
#include "engine/base/nearest.h"
#include "engine/base/text.h"

/* Beyond these a number counts as infinite, or as 0: what axes make of them must be a number still. */
#define LARGEST 1e200
#define SMALLEST 1e-200

/* Names, each once, in the order in which they came. */
struct names {
    const char **items;
    size_t count;
};

bool curves_add_run(struct curves *curves, const char *name, const char *path, struct error *error)
{
    curves->runs = memory_resize(curves->runs, curves->run_count + 1, sizeof *curves->runs);
    struct curve_run *run = &curves->runs[curves->run_count++];
    *run = (struct curve_run){.name = arena_copy_string(&curves->arena, name), .table = METRICS_TABLE_INIT};
    return metrics_table_load(&run->table, path, error);
}

static bool is_axis(const char *name)
{
    return strcmp(name, "epoch") == 0 || strcmp(name, "step") == 0;
}

static bool names_has(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/* Every metric that a run has. */
static struct names find_all(struct curves *curves)
{
    size_t most = 0;
    for (size_t i = 0; i < curves->run_count; i++)
        most += curves->runs[i].table.column_count;
    struct names all = {.items = arena_allocate(&curves->arena, most + 1, sizeof *all.items)};
    for (size_t i = 0; i < curves->run_count; i++) {
        const struct metrics_table *table = &curves->runs[i].table;
        for (size_t column = 0; column < table->column_count; column++)
            if (!is_axis(table->columns[column]) && !names_has(&all, table->columns[column]))
                all.items[all.count++] = table->columns[column];
    }
    return all;
}

static bool fail_unknown(const struct names *all, const char *name, struct error *error)
{
    struct text list = TEXT_INIT;
    for (size_t i = 0; i < all->count; i++)
        text_format(&list, "%s%s", i > 0 ? ", " : "", all->items[i]);
    const char *near = nearest_find(name, all->items, all->count);
    if (near != NULL)
        error_set(error, ERROR_CONFIG, "--metrics: no metric is called '%s' (did you mean '%s'?)", name, near);
    else
        error_set(error, ERROR_CONFIG, "--metrics: no metric is called '%s'", name);
    error_hint(error, "the metrics of these runs: %s", all->count > 0 ? text_string(&list) : "none");
    text_finish(&list);
    return false;
}

static bool read_names(struct curves *curves, const char *list, const struct names *all, struct names *chosen,
                       struct error *error)
{
    for (const char *at = list; *at != '\0'; at += *at == ',') {
        at += strspn(at, " ");
        size_t length = strcspn(at, ",");
        const char *name = arena_copy_bytes(&curves->arena, at, length);
        at += length;
        if (!names_has(all, name))
            return fail_unknown(all, name, error);
        if (!names_has(chosen, name))
            chosen->items[chosen->count++] = name;
    }
    return chosen->count > 0 || fail_unknown(all, "", error);
}

/* The losses, and what was measured on validation and test data besides the parts of their losses. */
static bool is_of_interest(const char *name)
{
    if (strcmp(name, "train_loss") == 0 || strcmp(name, "val_loss") == 0)
        return true;
    bool is_measured = strncmp(name, "val_", 4) == 0 || strncmp(name, "test_", 5) == 0;
    return is_measured && strstr(name, "_loss") == NULL;
}

static bool choose_names(struct curves *curves, const char *list, struct names *chosen, struct error *error)
{
    struct names all = find_all(curves);
    chosen->items = arena_allocate(&curves->arena, all.count + 1, sizeof *chosen->items);
    if (list != NULL)
        return read_names(curves, list, &all, chosen, error);
    for (size_t i = 0; i < all.count; i++)
        if (is_of_interest(all.items[i]))
            chosen->items[chosen->count++] = all.items[i];
    if (chosen->count == 0)
        *chosen = all;
    if (chosen->count > 0)
        return true;
    error_set(error, ERROR_DATA, "nothing to draw: no number was logged yet");
    return error_hint(error, "metrics.csv gets a row every trainer.log_every_n_steps steps");
}

/* What a metric is about, whichever data it was measured on: "loss" of "train_loss_epoch". */
static const char *stem_of(struct arena *arena, const char *name)
{
    static const char *const stages[] = {"train_", "val_", "test_"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strncmp(name, stages[i], strlen(stages[i])) == 0 && name[strlen(stages[i])] != '\0') {
            name += strlen(stages[i]);
            break;
        }
    size_t length = strlen(name);
    bool is_mean = length > 6 && strcmp(name + length - 6, "_epoch") == 0;
    return arena_copy_bytes(arena, name, is_mean ? length - 6 : length);
}

/* A number as it can be drawn; NaN where it cannot. */
static double drawable(double number)
{
    return fabs(number) < SMALLEST ? 0 : fabs(number) <= LARGEST ? number : NAN;
}

static double cell_number(const struct metrics_table *table, size_t row, int column)
{
    const struct metric_cell *cell = column >= 0 ? metrics_table_get(table, row, column) : NULL;
    return cell == NULL || cell->is_blank ? NAN : drawable(cell->number);
}

/* Where the rows of an epoch end: how many steps were done by then. Rows of a table go by time. */
static double steps_by_the_end(const struct metrics_table *table, size_t row, int epoch_column, int step_column)
{
    double epoch = cell_number(table, row, epoch_column), last = 0;
    for (; row < table->row_count && cell_number(table, row, epoch_column) == epoch; row++)
        last = fmax(last, cell_number(table, row, step_column) + 1);
    return last;
}

/* Epochs that are done at each row. An epoch that goes on is taken to be as long as the one before. */
static void fill_epochs(const struct metrics_table *table, int epoch_column, int step_column, double *places)
{
    double begin = 0, end = 0, current = NAN;
    for (size_t row = 0; row < table->row_count; row++) {
        double epoch = cell_number(table, row, epoch_column);
        if (epoch != current) {
            double length = end - begin;
            begin = isnan(current) ? 0 : end;
            end = fmax(steps_by_the_end(table, row, epoch_column, step_column), begin + length);
            current = epoch;
        }
        double share = (cell_number(table, row, step_column) + 1 - begin) / (end - begin);
        places[row] = isfinite(share) ? epoch + share : epoch + 1;
    }
}

/* Where each row stands along the axis; its number where the file does not say. */
static double *find_places(struct curves *curves, const struct metrics_table *table, enum curve_axis axis)
{
    double *places = arena_allocate(&curves->arena, table->row_count + 1, sizeof *places);
    int step_column = metrics_table_find(table, "step"), epoch_column = metrics_table_find(table, "epoch");
    if (axis == CURVE_AXIS_EPOCH && epoch_column >= 0)
        fill_epochs(table, epoch_column, step_column, places);
    else
        for (size_t row = 0; row < table->row_count; row++)
            places[row] = cell_number(table, row, step_column);
    for (size_t row = 0; row < table->row_count; row++)
        places[row] = isfinite(places[row]) ? places[row] : (double)row;
    return places;
}

/* As TensorBoard: a running mean whose first values do not lean to 0. */
static void smooth(struct curve *curve, double weight, struct arena *arena)
{
    double mean = 0, share = 0;
    curve->smoothed = arena_allocate(arena, curve->count + 1, sizeof *curve->smoothed);
    for (size_t i = 0; i < curve->count; i++) {
        curve->smoothed[i] = curve->points[i];
        if (isnan(curve->points[i].y))
            continue;
        mean = weight * mean + (1 - weight) * curve->points[i].y;
        share = weight * share + (1 - weight);
        curve->smoothed[i].y = mean / share;
    }
}

static void fill_curve(struct curves *curves, const struct curve_run *run, const char *metric, const double *places,
                       const struct curve_choice *choice, struct curve *curve)
{
    int column = metrics_table_find(&run->table, metric);
    curve->points = arena_allocate(&curves->arena, run->table.row_count + 1, sizeof *curve->points);
    for (size_t row = 0; row < run->table.row_count; row++) {
        const struct metric_cell *cell = metrics_table_get(&run->table, row, column);
        if (cell->is_blank)
            continue;
        double number = drawable(cell->number);
        bool is_gap = choice->only_positive && !(number > 0);
        curve->points[curve->count++] = (struct curve_point){places[row], is_gap ? NAN : number};
    }
    if (choice->smoothing > 0)
        smooth(curve, choice->smoothing, &curves->arena);
}

static struct curve_panel *find_panel(struct curves *curves, const char *title, size_t most)
{
    for (size_t i = 0; i < curves->panel_count; i++)
        if (strcmp(curves->panels[i].title, title) == 0)
            return &curves->panels[i];
    struct curve_panel *panel = &curves->panels[curves->panel_count++];
    panel->title = title;
    panel->curves = arena_allocate(&curves->arena, most, sizeof *panel->curves);
    return panel;
}

bool curves_choose(struct curves *curves, const struct curve_choice *choice, struct error *error)
{
    struct names chosen = {.count = 0};
    if (!choose_names(curves, choice->metrics, &chosen, error))
        return false;
    bool is_one = curves->run_count == 1;
    double **places = arena_allocate(&curves->arena, curves->run_count, sizeof *places);
    for (size_t i = 0; i < curves->run_count; i++)
        places[i] = find_places(curves, &curves->runs[i].table, choice->axis);
    curves->panels = arena_allocate(&curves->arena, chosen.count, sizeof *curves->panels);
    for (size_t i = 0; i < chosen.count; i++) {
        const char *title = is_one ? stem_of(&curves->arena, chosen.items[i]) : chosen.items[i];
        struct curve_panel *panel = find_panel(curves, title, is_one ? chosen.count : curves->run_count);
        for (size_t r = 0; r < curves->run_count; r++) {
            const struct curve_run *run = &curves->runs[r];
            if (metrics_table_find(&run->table, chosen.items[i]) < 0)
                continue;
            struct curve *curve = &panel->curves[panel->count++];
            curve->label = is_one ? chosen.items[i] : run->name;
            curve->color = is_one ? panel->count - 1 : r;
            fill_curve(curves, run, chosen.items[i], places[r], choice, curve);
        }
    }
    /* Alone in its panel, a metric goes by its own name. */
    for (size_t i = 0; i < curves->panel_count; i++)
        if (is_one && curves->panels[i].count == 1)
            curves->panels[i].title = curves->panels[i].curves[0].label;
    return true;
}

void curves_finish(struct curves *curves)
{
    for (size_t i = 0; i < curves->run_count; i++)
        metrics_table_finish(&curves->runs[i].table);
    memory_free(curves->runs);
    arena_finish(&curves->arena);
    *curves = (struct curves)CURVES_INIT;
}
