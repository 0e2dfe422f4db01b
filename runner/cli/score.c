/* score.c: `lrun score GROUND_TRUTH DETECTIONS`: VOC's average precision and COCO's twelve numbers, from files. */

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "components/metrics/average_precision.h"
#include "components/metrics/coco_json.h"
#include "components/metrics/voc_files.h"
#include "engine/base/file.h"
#include "engine/base/memory.h"
#include "runner/cli/arguments.h"
#include "runner/cli/verb.h"

#define THRESHOLDS 2

static const double thresholds[THRESHOLDS] = {0.5, 0.75};
static const char *const threshold_names[THRESHOLDS] = {"0.5", "0.75"};
static const char *const difficult_names[] = {"crowd", "all", "drop"};

/* What to score. */
struct request {
    const char *truths;
    const char *detections;
    const char *image_set;
    enum difficult difficult;
    bool json;
};

/* What was measured. `classes` lists are by class. */
struct score {
    const struct detection_set *set;
    enum difficult difficult;
    struct voc_precision *voc; /* [class * THRESHOLDS + threshold] */
    double coco[COCO_NUMBERS];
    double (*coco_classes)[COCO_NUMBERS];
};

static bool difficult_parse(const char *name, enum difficult *difficult, struct error *error)
{
    for (size_t i = 0; i < sizeof difficult_names / sizeof *difficult_names; i++) {
        if (strcmp(name, difficult_names[i]) == 0) {
            *difficult = (enum difficult)i;
            return true;
        }
    }
    return error_set(error, ERROR_CONFIG, "wanted crowd, all or drop for --difficult, found '%s'", name);
}

static bool request_parse(struct request *request, const struct verb_call *call, struct arena *arena,
                          struct error *error)
{
    struct option *options = verb_options(call->verb, arena);
    struct arguments split;
    if (!arguments_split(call->arguments, call->count, options, arena, &split, error) ||
        !arguments_refuse_others(&split, options, error))
        return false;
    if (split.positional_count != 2) {
        error_set(error, ERROR_CONFIG, "score: wanted two paths, found %zu", split.positional_count);
        error_hint(error, "lrun help score");
        return false;
    }
    const char *difficult = option_value(options, "difficult");
    request->truths = split.positional[0];
    request->detections = split.positional[1];
    request->image_set = option_value(options, "image_set");
    request->json = option_value(options, "json") != NULL;
    return difficult == NULL || difficult_parse(difficult, &request->difficult, error);
}

static bool is_json(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL && strcmp(dot, ".json") == 0 && !directory_exists(path);
}

static bool files_load(struct detection_set *set, const struct request *request, struct error *error)
{
    return (is_json(request->truths) ? coco_truths_load(set, request->truths, request->image_set, error)
                                     : voc_truths_load(set, request->truths, request->image_set, error)) &&
           (is_json(request->detections) ? coco_detections_load(set, request->detections, error)
                                         : voc_detections_load(set, request->detections, error));
}

static void score_init(struct score *score, const struct detection_set *set, enum difficult difficult)
{
    size_t classes = (size_t)set->classes.count;
    *score = (struct score){.set = set, .difficult = difficult};
    score->voc = memory_allocate(classes * THRESHOLDS, sizeof *score->voc);
    score->coco_classes = memory_allocate(classes, sizeof *score->coco_classes);
    voc_average_precision(&set->detections, set->classes.count, thresholds, THRESHOLDS, score->voc);
    coco_average_precision(&set->detections, set->classes.count, difficult, score->coco, score->coco_classes);
}

static void score_finish(struct score *score)
{
    memory_free(score->voc);
    memory_free(score->coco_classes);
}

static struct voc_precision voc_mean(const struct score *score, int threshold)
{
    return voc_mean_precision(score->voc, score->set->classes.count, THRESHOLDS, threshold);
}

static void cell_format(struct text *text, double number)
{
    if (number < 0)
        text_format(text, " %9s", "-");
    else
        text_format(text, " %9.4f", number);
}

static void row_format(struct text *text, const char *name, const struct voc_precision voc[THRESHOLDS],
                       const double coco[COCO_NUMBERS])
{
    text_format(text, "%-20.60s", name);
    for (int t = 0; t < THRESHOLDS; t++) {
        cell_format(text, voc[t].eleven_point);
        cell_format(text, voc[t].area);
    }
    cell_format(text, coco[COCO_AP]);
    cell_format(text, coco[COCO_AP_50]);
    cell_format(text, coco[COCO_AP_75]);
    text_append(text, "\n");
}

static void score_format_table(const struct score *score, struct text *text)
{
    const struct detection_set *set = score->set;
    text_format(text, "%d images, %zu objects, %zu detections", set->images.count, set->detections.truth_count,
                set->detections.count);
    if (set->left_out > 0)
        text_format(text, " (%zu of other images left out)", set->left_out);
    text_format(text, "\n\n%-20s %9s %9s %9s %9s %9s %9s %9s\n", "class", "VOC07@.50", "VOC@.50", "VOC07@.75",
                "VOC@.75", "COCO AP", "AP50", "AP75");
    for (int i = 0; i < set->classes.count; i++)
        row_format(text, set->classes.items[i], score->voc + i * THRESHOLDS, score->coco_classes[i]);
    const struct voc_precision means[THRESHOLDS] = {voc_mean(score, 0), voc_mean(score, 1)};
    row_format(text, "mean", means, score->coco);
    text_format(text, "\nCOCO (difficult: %s)\n", difficult_names[score->difficult]);
    for (int i = 0; i < COCO_NUMBERS; i++) {
        text_format(text, "  %-5s", coco_number_name(i));
        cell_format(text, score->coco[i]);
        text_append(text, i % 3 == 2 ? "\n" : "");
    }
}

static json_t *voc_json(const struct score *score, int threshold, bool eleven_point)
{
    const struct detection_set *set = score->set;
    struct voc_precision mean = voc_mean(score, threshold);
    json_t *per_class = json_object();
    for (int i = 0; i < set->classes.count; i++) {
        const struct voc_precision *of_class = &score->voc[i * THRESHOLDS + threshold];
        json_object_set_new(per_class, set->classes.items[i],
                            json_real(eleven_point ? of_class->eleven_point : of_class->area));
    }
    json_t *object = json_object();
    json_object_set_new(object, "mAP", json_real(eleven_point ? mean.eleven_point : mean.area));
    json_object_set_new(object, "per_class", per_class);
    return object;
}

static json_t *coco_json(const double numbers[COCO_NUMBERS])
{
    json_t *object = json_object();
    for (int i = 0; i < COCO_NUMBERS; i++)
        json_object_set_new(object, coco_number_name(i), json_real(numbers[i]));
    return object;
}

static void score_format_json(const struct score *score, struct text *text)
{
    const struct detection_set *set = score->set;
    json_t *root = json_object(), *per_class = json_object();
    json_object_set_new(root, "images", json_integer(set->images.count));
    json_object_set_new(root, "objects", json_integer((json_int_t)set->detections.truth_count));
    json_object_set_new(root, "detections", json_integer((json_int_t)set->detections.count));
    json_object_set_new(root, "detections_left_out", json_integer((json_int_t)set->left_out));
    for (int t = 0; t < THRESHOLDS; t++) {
        char name[32];
        snprintf(name, sizeof name, "voc_ap_11point_iou%s", threshold_names[t]);
        json_object_set_new(root, name, voc_json(score, t, true));
        snprintf(name, sizeof name, "voc_ap_area_iou%s", threshold_names[t]);
        json_object_set_new(root, name, voc_json(score, t, false));
    }
    json_object_set_new(root, "coco_difficult", json_string(difficult_names[score->difficult]));
    json_object_set_new(root, "coco", coco_json(score->coco));
    for (int i = 0; i < set->classes.count; i++)
        json_object_set_new(per_class, set->classes.items[i], coco_json(score->coco_classes[i]));
    json_object_set_new(root, "coco_per_class", per_class);
    char *dumped = json_dumps(root, JSON_INDENT(2));
    text_append(text, dumped);
    text_append(text, "\n");
    free(dumped);
    json_decref(root);
}

bool verb_score(struct verb_call *call, struct error *error)
{
    struct request request = {.difficult = DIFFICULT_CROWD};
    struct detection_set set = DETECTION_SET_INIT;
    struct arena arena = ARENA_INIT;
    bool ok = request_parse(&request, call, &arena, error) && files_load(&set, &request, error);
    if (ok) {
        struct score score;
        score_init(&score, &set, request.difficult);
        if (request.json)
            score_format_json(&score, &call->output);
        else
            score_format_table(&score, &call->output);
        score_finish(&score);
    }
    detection_set_finish(&set);
    arena_finish(&arena);
    return ok;
}
