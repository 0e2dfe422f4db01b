/* work.c: works through what is left of a sweep, a process for each run. */
#include "runner/sweep/work.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/memory.h"
#include "engine/base/text.h"
#include "runner/sweep/gpus.h"
#include "runner/sweep/queue.h"
#include "runner/sweep/table.h"
#include "runner/train/signals.h"

#define PROGRAM "/proc/self/exe"
#define VARIABLE_PREFIX "LRUN_"
#define REDRAW_SECONDS 0.5
#define TAIL_BYTES 16384

/* A run that goes on now, or went on. */
struct attempt {
    double began;
    /* What it took before. */
    double seconds_before;
    /* Where its part of the log begins. */
    off_t log_start;
};

struct work {
    struct queue_client client;
    struct sweep *sweep;
    struct gpus gpus;
    char **environment;
    /* The end of the environment, where a run's GPU is named. */
    char **gpu_variable;
    struct console *console;
    struct attempt *attempts;
    struct sweep_result *results;
    double drawn;
    /* Of the command that is about to begin. */
    struct arena arena;
};

extern char **environ;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

static bool is_shown_live(const struct work *work, int *columns, int *lines)
{
    console_size(work->console, columns, lines);
    return *columns > 0;
}

/* A line for a log, where no table shows it. */
static void note_run(const struct work *work, size_t run, const char *what)
{
    int columns, lines;
    struct text line = TEXT_INIT;
    if (is_shown_live(work, &columns, &lines))
        return;
    text_format(&line, "run %zu (", run);
    table_format_values(work->sweep, run, &line);
    text_format(&line, ") %s", what);
    console_note(work->console, text_string(&line));
    text_finish(&line);
}

static void draw(struct work *work)
{
    int columns, lines;
    struct text table = TEXT_INIT;
    struct sweep *sweep = work->sweep;
    work->drawn = now();
    if (!is_shown_live(work, &columns, &lines))
        return;
    for (size_t i = 0; i < sweep->run_count; i++)
        if (sweep->runs[i].state == SWEEP_RUN_RUNNING) {
            sweep->runs[i].seconds = work->attempts[i].seconds_before + now() - work->attempts[i].began;
            result_load(&work->results[i], sweep, i);
        }
    table_format_live(sweep, work->results, columns, lines, &table);
    if (signals_received() != 0)
        text_append(&table, "stopping: the runs save themselves; once more stops them at once\n");
    console_block(work->console, text_string(&table));
    text_finish(&table);
}

/* True for a variable that runs are not to have as it is. */
static bool is_withheld(const struct work *work, const char *variable)
{
    if (strncmp(variable, VARIABLE_PREFIX, strlen(VARIABLE_PREFIX)) == 0)
        return true;
    return work->gpus.count > 0 && strncmp(variable, GPUS_VARIABLE "=", sizeof GPUS_VARIABLE) == 0;
}

/*
 * The environment of the runs, with a place for their GPU: their configs are whole, so that variables which change configs must
 * not do so again.
 */
static void make_environment(struct work *work)
{
    size_t count = 0, kept = 0;
    while (environ[count] != NULL)
        count++;
    work->environment = memory_allocate(count + 2, sizeof *work->environment);
    for (size_t i = 0; i < count; i++)
        if (!is_withheld(work, environ[i]))
            work->environment[kept++] = environ[i];
    work->gpu_variable = &work->environment[kept];
}

/* Slots have a GPU each, as long as there are enough; the processor they share, whose cores plan.c has parted. */
static const char *give_gpu(struct work *work, size_t slot)
{
    if (work->gpus.count == 0)
        return NULL;
    const char *gpu = work->gpus.names[slot % work->gpus.count];
    *work->gpu_variable = arena_format(&work->arena, "%s=%s", GPUS_VARIABLE, gpu);
    return gpu;
}

static void note_begin(const struct work *work, size_t run, const char *gpu)
{
    struct text what = TEXT_INIT;
    text_append(&what, work->sweep->runs[run].state == SWEEP_RUN_STOPPED ? "goes on" : "begins");
    if (gpu != NULL)
        text_format(&what, " on GPU %s", gpu);
    note_run(work, run, text_string(&what));
    text_finish(&what);
}

/* What a run is started with. */
static bool work_begin(struct queue_client *client, size_t run, size_t slot, struct queue_command *command,
                       struct error *error)
{
    struct work *work = (struct work *)client;
    char *config = sweep_config_path(work->sweep, run), *log = sweep_log_path(work->sweep, run);
    char *directory = sweep_run_path(work->sweep, run);
    arena_reset(&work->arena);
    const char **arguments = arena_allocate(&work->arena, 7, sizeof *arguments);
    arguments[0] = "lrun";
    arguments[1] = "fit";
    arguments[2] = arena_copy_string(&work->arena, config);
    arguments[3] = "--run_directory";
    arguments[4] = arena_copy_string(&work->arena, directory);
    arguments[5] = "--resume";
    *command = (struct queue_command){.program = PROGRAM, .arguments = arguments, .environment = work->environment};
    command->log = arena_copy_string(&work->arena, log);
    struct stat status;
    struct attempt *attempt = &work->attempts[run];
    attempt->log_start = stat(log, &status) == 0 ? status.st_size : 0;
    attempt->began = now();
    attempt->seconds_before = work->sweep->runs[run].seconds;
    note_begin(work, run, give_gpu(work, slot));
    work->sweep->runs[run].state = SWEEP_RUN_RUNNING;
    memory_free(config);
    memory_free(log);
    memory_free(directory);
    return sweep_save(work->sweep, error);
}

/* The end of what this attempt said. */
static void read_tail(const struct work *work, size_t run, char tail[TAIL_BYTES])
{
    char *path = sweep_log_path(work->sweep, run);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = 0;
    if (descriptor >= 0) {
        off_t end = lseek(descriptor, 0, SEEK_END), start = work->attempts[run].log_start;
        if (end - start > TAIL_BYTES - 1)
            start = end - (TAIL_BYTES - 1);
        length = pread(descriptor, tail, TAIL_BYTES - 1, start);
        close(descriptor);
    }
    tail[length > 0 ? length : 0] = '\0';
    memory_free(path);
}

/* The error that a run ended with: what stands behind the last "error: ", to the end of its line. */
static const char *find_message(struct work *work, size_t run, int status)
{
    static const char mark[] = "error: ";
    char tail[TAIL_BYTES];
    struct arena *arena = &work->sweep->arena;
    if (status > 128 && status != (int)ERROR_INTERRUPTED && status != (int)ERROR_TERMINATED)
        return arena_format(arena, "killed by signal %d", status - 128);
    read_tail(work, run, tail);
    const char *message = "";
    for (char *at = strstr(tail, mark); at != NULL; at = strstr(at, mark)) {
        at += strlen(mark);
        message = at;
    }
    return arena_copy_bytes(arena, message, strcspn(message, "\n"));
}

static void note_end(const struct work *work, size_t run)
{
    const struct sweep_run *ended = &work->sweep->runs[run];
    const struct sweep_result *result = &work->results[run];
    struct text what = TEXT_INIT;
    text_append(&what, sweep_run_state_name(ended->state));
    if (ended->state == SWEEP_RUN_FAILED)
        text_format(&what, " (%d)%s%s", ended->status, *ended->message != '\0' ? ": " : "", ended->message);
    else if (result->has_best)
        text_format(&what, ", %s %.6g", work->sweep->monitor, result->best.number);
    text_format(&what, ", %.0f s; ", ended->seconds);
    table_format_counts(work->sweep, &what);
    note_run(work, run, text_string(&what));
    text_finish(&what);
}

static bool work_end(struct queue_client *client, size_t run, int status, struct error *error)
{
    struct work *work = (struct work *)client;
    struct sweep_run *ended = &work->sweep->runs[run];
    bool stopped = status == (int)ERROR_INTERRUPTED || status == (int)ERROR_TERMINATED;
    ended->state = status == 0 ? SWEEP_RUN_DONE : stopped ? SWEEP_RUN_STOPPED : SWEEP_RUN_FAILED;
    ended->status = status;
    ended->seconds = work->attempts[run].seconds_before + now() - work->attempts[run].began;
    ended->message = status == 0 ? "" : find_message(work, run, status);
    result_load(&work->results[run], work->sweep, run);
    note_end(work, run);
    work->drawn = 0;
    return sweep_save(work->sweep, error);
}

static void work_wait(struct queue_client *client)
{
    struct work *work = (struct work *)client;
    if (now() - work->drawn >= REDRAW_SECONDS)
        draw(work);
}

/* What is left, in its order. */
static size_t list_jobs(const struct sweep *sweep, size_t *jobs)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep->run_count; i++)
        if (sweep->runs[i].state != SWEEP_RUN_DONE)
            jobs[count++] = i;
    return count;
}

static bool explain_stop(const struct sweep *sweep, struct error *error)
{
    struct text counts = TEXT_INIT;
    enum error_code code = error->code;
    if (code != ERROR_INTERRUPTED && code != ERROR_TERMINATED)
        return false;
    table_format_counts(sweep, &counts);
    error_clear(error);
    error_set(error, code, "stopped by a signal; %s", text_string(&counts));
    text_finish(&counts);
    return error_hint(error, "'lrun sweep %s' goes on from there", sweep->directory);
}

bool sweep_work(struct sweep *sweep, struct console *console, struct error *error)
{
    struct work work = {.client = {work_begin, work_end, work_wait}, .sweep = sweep, .console = console};
    size_t *jobs = memory_allocate(sweep->run_count, sizeof *jobs);
    work.attempts = memory_allocate(sweep->run_count, sizeof *work.attempts);
    gpus_init(&work.gpus);
    make_environment(&work);
    work.results = memory_allocate(sweep->run_count, sizeof *work.results);
    for (size_t i = 0; i < sweep->run_count; i++)
        result_load(&work.results[i], sweep, i);
    bool ok = queue_run(jobs, list_jobs(sweep, jobs), (size_t)sweep->jobs, &work.client, error);
    console_block(console, "");
    memory_free(jobs);
    memory_free(work.attempts);
    memory_free(work.results);
    memory_free(work.environment);
    gpus_finish(&work.gpus);
    arena_finish(&work.arena);
    return ok || explain_stop(sweep, error);
}
