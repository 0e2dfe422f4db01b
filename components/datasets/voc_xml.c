/* voc_xml.c: reading PASCAL VOC's annotation files. */
#include "components/datasets/voc_xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "engine/base/file.h"
#include "engine/base/text.h"

/* No box lies further out than this: keeps every coordinate exact as a float. */
#define VOC_XML_MAX_COORDINATE 1e6
#define VOC_XML_MAX_TEXT 256

static xmlParserInputPtr voc_xml_deny(const char *url, const char *id, xmlParserCtxtPtr context)
{
    (void)url;
    (void)id;
    (void)context;
    return NULL;
}

static void voc_xml_start(void)
{
    xmlInitParser();
    xmlSetExternalEntityLoader(voc_xml_deny);
}

/* What a child element says, without surrounding blanks. */
struct voc_text {
    char bytes[VOC_XML_MAX_TEXT];
};

static const xmlNode *node_find(const xmlNode *parent, const char *name)
{
    for (const xmlNode *child = parent->children; child != NULL; child = child->next)
        if (child->type == XML_ELEMENT_NODE && strcmp((const char *)child->name, name) == 0)
            return child;
    return NULL;
}

static bool is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

/* False when there is no such child or its text is empty or longer than any honest one. */
static bool node_find_text(const xmlNode *parent, const char *name, struct voc_text *text)
{
    const xmlNode *element = node_find(parent, name);
    size_t length = 0;
    for (const xmlNode *child = element != NULL ? element->children : NULL; child != NULL; child = child->next) {
        if ((child->type != XML_TEXT_NODE && child->type != XML_CDATA_SECTION_NODE) || child->content == NULL)
            continue;
        const char *content = (const char *)child->content;
        while (length == 0 && is_blank(*content))
            content++;
        size_t count = strnlen(content, VOC_XML_MAX_TEXT);
        if (length + count >= VOC_XML_MAX_TEXT)
            return false;
        memcpy(text->bytes + length, content, count);
        length += count;
    }
    while (length > 0 && is_blank(text->bytes[length - 1]))
        length--;
    text->bytes[length] = '\0';
    return length > 0;
}

/* A flag is set by a number other than 0; missing, empty and "Unspecified" are "no". */
static bool node_get_flag(const xmlNode *parent, const char *name)
{
    struct voc_text text;
    double number = 0;
    return node_find_text(parent, name, &text) && number_parse_double(text.bytes, &number) && number != 0;
}

static int node_get_size(const xmlNode *parent, const char *name)
{
    struct voc_text text;
    double number = 0;
    bool ok = node_find_text(parent, name, &text) && number_parse_double(text.bytes, &number);
    return ok && number >= 0 && number <= VOC_XML_MAX_COORDINATE ? (int)number : 0;
}

static bool box_get(const xmlNode *box, const char *name, double *number, struct error *error)
{
    struct voc_text text;
    if (!node_find_text(box, name, &text))
        return error_set(error, ERROR_DATA, "line %ld: wanted '%s' in the box, found none", xmlGetLineNo(box), name);
    if (!number_parse_double(text.bytes, number) || fabs(*number) > VOC_XML_MAX_COORDINATE)
        return error_set(error, ERROR_DATA, "line %ld: wanted a number for '%s', found '%s'", xmlGetLineNo(box), name,
                         text.bytes);
    return true;
}

static bool object_parse(const xmlNode *node, struct voc_object *object, struct arena *arena, struct error *error)
{
    struct voc_text name;
    if (!node_find_text(node, "name", &name))
        return error_set(error, ERROR_DATA, "line %ld: wanted a class name in the object, found none",
                         xmlGetLineNo(node));
    const xmlNode *box = node_find(node, "bndbox");
    if (box == NULL)
        return error_set(error, ERROR_DATA, "line %ld: wanted a 'bndbox' in the object, found none",
                         xmlGetLineNo(node));
    object->name = arena_copy_string(arena, name.bytes);
    object->difficult = node_get_flag(node, "difficult");
    object->truncated = node_get_flag(node, "truncated");
    return box_get(box, "xmin", &object->xmin, error) && box_get(box, "ymin", &object->ymin, error) &&
           box_get(box, "xmax", &object->xmax, error) && box_get(box, "ymax", &object->ymax, error);
}

static bool is_object(const xmlNode *node)
{
    return node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, "object") == 0;
}

static bool annotation_parse(const xmlNode *root, struct voc_annotation *annotation, struct arena *arena,
                             struct error *error)
{
    if (root == NULL || strcmp((const char *)root->name, "annotation") != 0)
        return error_set(error, ERROR_DATA, "wanted an 'annotation', found '%s'",
                         root != NULL ? (const char *)root->name : "nothing");
    const xmlNode *size = node_find(root, "size");
    if (size != NULL) {
        annotation->width = node_get_size(size, "width");
        annotation->height = node_get_size(size, "height");
        annotation->depth = node_get_size(size, "depth");
    }
    int count = 0;
    for (const xmlNode *child = root->children; child != NULL; child = child->next)
        count += is_object(child);
    if (count > VOC_XML_MAX_OBJECTS)
        return error_set(error, ERROR_DATA, "wanted at most %d objects, found %d", VOC_XML_MAX_OBJECTS, count);
    annotation->objects = arena_allocate(arena, (size_t)count, sizeof *annotation->objects);
    for (const xmlNode *child = root->children; child != NULL; child = child->next)
        if (is_object(child) && !object_parse(child, &annotation->objects[annotation->count++], arena, error))
            return false;
    return true;
}

/* libxml2's own words end with a newline. */
static bool error_set_xml(const xmlParserCtxt *context, struct error *error)
{
    const xmlError *found = xmlCtxtGetLastError((void *)context);
    const char *message = found != NULL && found->message != NULL ? found->message : "not well-formed";
    return error_set(error, ERROR_DATA, "line %d: not well-formed: %.*s", found != NULL ? found->line : 0,
                     (int)strcspn(message, "\n"), message);
}

static bool document_parse(const char *bytes, size_t size, struct voc_annotation *annotation, struct arena *arena,
                           struct error *error)
{
    static const int options =
        XML_PARSE_NONET | XML_PARSE_NOWARNING | XML_PARSE_NOERROR | XML_PARSE_NOCDATA | XML_PARSE_COMPACT;
    xmlParserCtxt *context = xmlNewParserCtxt();
    if (context == NULL)
        return error_set(error, ERROR_MEMORY, "not enough memory to read an annotation");
    xmlDoc *document = xmlCtxtReadMemory(context, bytes, (int)size, NULL, NULL, options);
    bool ok = true;
    if (document == NULL)
        ok = error_set_xml(context, error);
    else if (document->intSubset != NULL)
        ok = error_set(error, ERROR_DATA, "wanted no DOCTYPE, found one");
    else
        ok = annotation_parse(xmlDocGetRootElement(document), annotation, arena, error);
    xmlFreeDoc(document);
    xmlFreeParserCtxt(context);
    return ok;
}

bool voc_xml_parse(const char *bytes, size_t size, struct voc_annotation *annotation, struct arena *arena,
                   struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, voc_xml_start);
    *annotation = (struct voc_annotation){0};
    if (size > VOC_XML_MAX_BYTES)
        return error_set(error, ERROR_DATA, "wanted at most %zu bytes, found %zu", VOC_XML_MAX_BYTES, size);
    if (size == 0)
        return error_set(error, ERROR_DATA, "the file is empty");
    if (memchr(bytes, '\0', size) != NULL)
        return error_set(error, ERROR_DATA, "wanted text, found a zero byte");
    if (memmem(bytes, size, "<!DOCTYPE", 9) != NULL || memmem(bytes, size, "<!ENTITY", 8) != NULL)
        return error_set(error, ERROR_DATA, "wanted no DOCTYPE and no ENTITY, found one");
    return document_parse(bytes, size, annotation, arena, error);
}

bool voc_xml_load(const char *path, struct voc_annotation *annotation, struct arena *arena, struct error *error)
{
    struct text bytes = TEXT_INIT;
    bool ok = file_read(path, VOC_XML_MAX_BYTES, &bytes, ERROR_DATA, error);
    if (ok && !voc_xml_parse(bytes.data, bytes.length, annotation, arena, error))
        ok = error_prefix(error, "cannot read '%s': ", path);
    text_finish(&bytes);
    return ok;
}
