/* staged_data.c: what every data module of ours is. */
#include "components/datamodules/staged_data.h"

#include "components/transforms/compose.h"
#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "engine/base/user_cache.h"

static bool is_first_use(const struct staged_data *data, int stage)
{
    for (int i = 0; i < stage; i++)
        if (data->datasets[i] == data->datasets[stage])
            return false;
    return data->datasets[stage] != NULL;
}

static bool staged_data_prepare(struct data_module *module, struct progress *progress, struct error *error)
{
    struct staged_data *data = (struct staged_data *)module;
    for (int i = 0; i < STAGE_COUNT; i++)
        if (is_first_use(data, i) && !dataset_prepare(data->datasets[i], progress, error))
            return false;
    return true;
}

static bool make_cache(struct staged_data *data, struct error *error)
{
    struct text directory = TEXT_INIT;
    user_cache_directory(&directory);
    text_append(&directory, "/images");
    struct image_cache_options options = {
        .kind = data->cache_kind,
        .bytes = data->cache_bytes,
        .directory = text_string(&directory),
    };
    data->cache = image_cache_create(&options, error);
    text_finish(&directory);
    return data->cache != NULL;
}

static bool staged_data_open(struct data_module *module, enum stage stage, struct progress *progress,
                             struct error *error)
{
    struct staged_data *data = (struct staged_data *)module;
    struct dataset *dataset = data->datasets[stage];
    if (dataset == NULL)
        return true;
    if (data->cache_kind != IMAGE_CACHE_KIND_NONE && data->cache == NULL && !make_cache(data, error))
        return false;
    for (int i = 0; i < STAGE_COUNT; i++)
        if (data->is_open[i] && data->datasets[i] == dataset)
            return true;
    data->is_open[stage] = dataset_open(dataset, progress, error);
    return data->is_open[stage];
}

/* Predictions on the validation's data see what the validation sees; others what the test sees. */
static enum stage stage_of_transform(const struct staged_data *data, enum stage stage)
{
    if (stage != STAGE_PREDICT)
        return stage;
    return data->datasets[STAGE_PREDICT] == data->datasets[STAGE_VALIDATE] ? STAGE_VALIDATE : STAGE_TEST;
}

static struct loader_plan staged_data_plan(struct data_module *module, enum stage stage)
{
    struct staged_data *data = (struct staged_data *)module;
    struct loader_plan plan = data->batching;
    plan.dataset = data->datasets[stage];
    plan.transform = data->transforms[stage_of_transform(data, stage)];
    plan.cache = data->cache;
    plan.cache_bytes = data->cache_kind == IMAGE_CACHE_KIND_MEMORY ? data->cache_bytes : 0;
    plan.shuffle = plan.shuffle && stage == STAGE_TRAIN;
    plan.drop_last = plan.drop_last && stage == STAGE_TRAIN;
    return plan;
}

static bool staged_data_classes(const struct data_module *module, const char *const **names, int *count)
{
    const struct staged_data *data = (const struct staged_data *)module;
    for (int i = 0; i < STAGE_COUNT; i++) {
        const struct dataset *dataset = data->datasets[i];
        if (dataset == NULL || dataset->info.num_classes == 0)
            continue;
        *names = dataset->info.class_names;
        *count = dataset->info.num_classes;
        return true;
    }
    return false;
}

static void staged_data_destroy(struct data_module *module)
{
    struct staged_data *data = (struct staged_data *)module;
    for (int i = STAGE_COUNT - 1; i >= 0; i--)
        if (is_first_use(data, i))
            dataset_destroy(&data->datasets[i]);
    for (int i = 0; i < STAGE_PREDICT; i++)
        transform_destroy(&data->transforms[i]);
    image_cache_destroy(&data->cache);
    memory_free(data);
}

static struct transform *compose(const struct transform_list *list)
{
    struct error never = ERROR_INIT;
    return list->count > 0 ? compose_create(&(struct compose_params){.transforms = *list}, &never) : NULL;
}

struct staged_data *staged_data_create(const struct loader_plan *batching, const struct transform_list *train,
                                       const struct transform_list *val, const struct transform_list *test)
{
    static const struct data_module_interface interface = {
        .prepare = staged_data_prepare,
        .open = staged_data_open,
        .plan = staged_data_plan,
        .classes = staged_data_classes,
        .destroy = staged_data_destroy,
    };
    struct staged_data *data = memory_allocate(1, sizeof *data);
    data->base.interface = &interface;
    data->batching = *batching;
    data->transforms[STAGE_TRAIN] = compose(train);
    data->transforms[STAGE_VALIDATE] = compose(val);
    data->transforms[STAGE_TEST] = compose(test);
    return data;
}
