/* names.h: a table from names to numbers, for finding values and keeping names unique. Internal to engine/graph/. */
#ifndef LRUN_ENGINE_GRAPH_NAMES_H
#define LRUN_ENGINE_GRAPH_NAMES_H

/** An open-addressed hash table; zero is an empty one. Names are lent: they must outlive the table. */
struct names {
    const char **keys;
    int *numbers;
    int count;
    int capacity;
};

void names_finish(struct names *names);

/** Remembers `number`, at least 0, under a name; replaces an older one. */
void names_set(struct names *names, const char *name, int number);

/** The number of a name; -1 when there is none. */
int names_find(const struct names *names, const char *name);

#endif
