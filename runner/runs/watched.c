/* watched.c: which of a run's numbers its config watches, and which of them are better. */
#include "runner/runs/watched.h"

#include <string.h>

#include "runner/build/registry.h"

/* The text of a callback's field; NULL when it has none, or null. */
static const char *field_text(const struct config_node *callback, const char *field)
{
    const struct config_node *node = config_node_find(callback, field);
    return node != NULL && node->kind == NODE_SCALAR ? node->text : NULL;
}

/* The callbacks, of which there may be none. */
static const struct config_node *find_callbacks(const struct config_node *root)
{
    static const struct config_node none = {.kind = NODE_LIST};
    const struct config_node *trainer = root != NULL ? config_node_find(root, "trainer") : NULL;
    const struct config_node *callbacks = trainer != NULL ? config_node_find(trainer, "callbacks") : NULL;
    return callbacks != NULL && callbacks->kind == NODE_LIST ? callbacks : &none;
}

const char *watched_metric(const struct config_node *root)
{
    const struct config_node *callbacks = find_callbacks(root);
    for (size_t i = 0; i < callbacks->count; i++) {
        const struct config_node *callback = callbacks->items[i];
        if (callback->component != NULL && strcmp(callback->component->name, "ModelCheckpoint") == 0 &&
            field_text(callback, "monitor") != NULL)
            return field_text(callback, "monitor");
    }
    return NULL;
}

enum monitor_mode watched_mode(const struct config_node *root, const char *metric)
{
    const struct config_node *callbacks = find_callbacks(root);
    for (size_t i = 0; i < callbacks->count; i++) {
        const char *monitor = field_text(callbacks->items[i], "monitor");
        const char *mode = field_text(callbacks->items[i], "mode");
        if (monitor != NULL && mode != NULL && strcmp(monitor, metric) == 0)
            return strcmp(mode, "max") == 0 ? MONITOR_MODE_MAX : MONITOR_MODE_MIN;
    }
    return strstr(metric, "loss") != NULL || strstr(metric, "error") != NULL ? MONITOR_MODE_MIN : MONITOR_MODE_MAX;
}
