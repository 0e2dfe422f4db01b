/* fake_run.c: a run that callbacks can see and ask. */
#include "tests/unit/callbacks/fake_run.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/durable_file.h"
#include "engine/base/file.h"
#include "tests/unit/unit.h"

static void fake_stop(struct run_view *view, const char *reason)
{
    struct fake_run *run = (struct fake_run *)view;
    snprintf(run->stop_reason, sizeof run->stop_reason, "%s", reason);
}

static void fake_log(struct run_view *view, const char *name, double number)
{
    scalars_set(&((struct fake_run *)view)->logged, number, "%s", name);
}

static bool fake_save(struct run_view *view, const char *path, bool weights_only, struct error *error)
{
    (void)weights_only;
    ((struct fake_run *)view)->saves++;
    return durable_file_save(path, "x", 1, error);
}

static bool fake_refresh(struct run_view *view, struct error *error)
{
    struct fake_run *run = (struct fake_run *)view;
    (void)error;
    run->refreshes++;
    scalars_merge(&run->metrics, &run->newer);
    return true;
}

static void fake_note(struct run_view *view, const char *line)
{
    (void)view;
    (void)line;
}

void fake_run_init(struct fake_run *run)
{
    *run = (struct fake_run){.directory = "/tmp/lrun_run_XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(run->directory));
    run->view = (struct run_view){
        .metrics = &run->metrics,
        .run_directory = run->directory,
        .optimizer_name = "SGD",
        .learning_rate = 0.02,
        .momentum = 0.9,
        .stop = fake_stop,
        .log = fake_log,
        .save = fake_save,
        .refresh = fake_refresh,
        .note = fake_note,
    };
}

static DIR *open_checkpoints(const struct fake_run *run)
{
    char path[128];
    snprintf(path, sizeof path, "%s/checkpoints", run->directory);
    return opendir(path);
}

int fake_run_count_files(const struct fake_run *run)
{
    DIR *stream = open_checkpoints(run);
    int count = -2;
    if (stream == NULL)
        return 0;
    while (readdir(stream) != NULL)
        count++;
    closedir(stream);
    return count;
}

bool fake_run_has_file(const struct fake_run *run, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/checkpoints/%s", run->directory, name);
    return file_exists(path);
}

void fake_run_finish(struct fake_run *run)
{
    char path[128];
    DIR *stream = open_checkpoints(run);
    if (stream != NULL) {
        for (struct dirent *entry = readdir(stream); entry != NULL; entry = readdir(stream))
            unlinkat(dirfd(stream), entry->d_name, 0);
        closedir(stream);
        snprintf(path, sizeof path, "%s/checkpoints", run->directory);
        rmdir(path);
    }
    rmdir(run->directory);
    scalars_finish(&run->metrics);
    scalars_finish(&run->newer);
    scalars_finish(&run->logged);
}
