/* extract_path.c: which paths of members are made, and how. */
#include <libxml/xmlstring.h>
#include <string.h>

#include "components/datasets/extract.h"

#define EXTRACT_MAX_PATH 1024
#define EXTRACT_MAX_COMPONENT 255
#define EXTRACT_MAX_DEPTH 16

static bool has_odd_character(const char *path)
{
    for (const unsigned char *at = (const unsigned char *)path; *at != '\0'; at++)
        if (*at < 0x20 || *at == 0x7f || *at == '\\')
            return true;
    return false;
}

static const char *path_find_fault(const char *path)
{
    if (*path == '\0')
        return "is empty";
    if (strlen(path) > EXTRACT_MAX_PATH)
        return "is too long";
    if (*path == '/')
        return "is absolute";
    if (has_odd_character(path))
        return "has a control character or a backslash";
    if (!xmlCheckUTF8((const xmlChar *)path))
        return "is not UTF-8";
    return NULL;
}

static const char *component_find_fault(const char *component, size_t length, int depth)
{
    if (length == 0)
        return "has an empty component";
    if (length == 2 && memcmp(component, "..", 2) == 0)
        return "leads out of the directory";
    if (length > EXTRACT_MAX_COMPONENT)
        return "has too long a component";
    if (depth > EXTRACT_MAX_DEPTH)
        return "is too deep";
    return NULL;
}

bool extract_check_path(const char *path, char clean[1025], struct error *error)
{
    const char *fault = path_find_fault(path);
    size_t used = 0;
    int depth = 0;
    for (const char *at = path; fault == NULL && *at != '\0';) {
        size_t length = strcspn(at, "/");
        bool is_dot = length == 1 && *at == '.';
        if (!is_dot) {
            fault = component_find_fault(at, length, ++depth);
            if (used > 0)
                clean[used++] = '/';
            memcpy(clean + used, at, length);
            used += length;
        }
        at += length + (at[length] == '/');
    }
    clean[used] = '\0';
    return fault == NULL || error_set(error, ERROR_DATA, "the path of member '%.200s' %s", path, fault);
}
