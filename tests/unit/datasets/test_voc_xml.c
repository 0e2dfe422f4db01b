/* test_voc_xml.c: annotations as real sets write them, and files that mean harm. */
#include "components/datasets/voc_xml.h"

#include <string.h>

#include "tests/unit/unit.h"

static struct arena arena;

static bool parse(const char *xml, struct voc_annotation *annotation, struct error *error)
{
    return voc_xml_parse(xml, strlen(xml), annotation, &arena, error);
}

START_TEST(test_parts_and_wrong_file_names_do_not_matter)
{
    static const char xml[] = "<annotation><folder>x</folder><filename>wrong.png</filename>\r\n"
                              "<size><width>0</width><height>0</height><depth>1</depth></size>\r\n"
                              "<object><part><name>head</name><bndbox><xmin>1.5</xmin><ymin>2.5</ymin>"
                              "<xmax>3.5</xmax><ymax>4.5</ymax></bndbox></part>\r\n"
                              "<name> person\r\n</name><difficult>1</difficult>"
                              "<bndbox><ymax>40.123456789012</ymax><xmax>30</xmax><ymin>20</ymin><xmin>10</xmin>"
                              "</bndbox></object></annotation>";
    struct voc_annotation annotation;
    struct error error = ERROR_INIT;
    ck_ok(parse(xml, &annotation, &error), error);
    ck_assert_int_eq(annotation.count, 1);
    ck_assert_int_eq(annotation.width, 0);
    ck_assert_int_eq(annotation.depth, 1);
    const struct voc_object *object = &annotation.objects[0];
    ck_assert_str_eq(object->name, "person");
    ck_assert(object->difficult && !object->truncated);
    ck_assert_double_eq(object->xmin, 10);
    ck_assert_double_eq(object->ymin, 20);
    ck_assert_double_eq(object->xmax, 30);
    ck_assert_double_eq(object->ymax, 40.123456789012);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_boxes_without_area_and_duplicates_are_given_as_they_are)
{
#define EMPTY_BOX                                                                                                      \
    "<object><name>RBC</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>5</xmax><ymax>9</ymax></bndbox></object>"
    struct voc_annotation annotation;
    struct error error = ERROR_INIT;
    ck_ok(parse("<annotation>" EMPTY_BOX EMPTY_BOX "</annotation>", &annotation, &error), error);
    ck_assert_int_eq(annotation.count, 2);
    ck_assert_double_eq(annotation.objects[1].xmax, 5);
    arena_finish(&arena);
}
END_TEST

START_TEST(test_what_is_wrong_is_said)
{
    static const struct {
        const char *xml;
        const char *message;
    } cases[] = {
        {"", "the file is empty"},
        {"<annotation>", "line 1: not well-formed: Premature end of data in tag annotation line 1"},
        {"<html/>", "wanted an 'annotation', found 'html'"},
        {"<annotation><object/></annotation>", "line 1: wanted a class name in the object, found none"},
        {"<annotation><object><name>a</name></object></annotation>",
         "line 1: wanted a 'bndbox' in the object, found none"},
        {"<annotation>\n<object><name>a</name><bndbox><xmin>1</xmin></bndbox></object></annotation>",
         "line 2: wanted 'ymin' in the box, found none"},
        {"<annotation><object><name>a</name><bndbox><xmin>nan</xmin></bndbox></object></annotation>",
         "line 1: wanted a number for 'xmin', found 'nan'"},
        {"<annotation><object><name>a</name><bndbox><xmin>1e99</xmin></bndbox></object></annotation>",
         "line 1: wanted a number for 'xmin', found '1e99'"},
        {"<!DOCTYPE annotation [<!ENTITY x SYSTEM \"/etc/passwd\">]><annotation>&x;</annotation>",
         "wanted no DOCTYPE and no ENTITY, found one"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct voc_annotation annotation;
        struct error error = ERROR_INIT;
        ck_assert(!parse(cases[i].xml, &annotation, &error));
        ck_assert_int_eq(error.code, ERROR_DATA);
        ck_assert_str_eq(error.message, cases[i].message);
    }
    arena_finish(&arena);
}
END_TEST

START_TEST(test_a_doctype_in_another_encoding_is_refused_too)
{
    static const char utf7[] = "<?xml version=\"1.0\" encoding=\"UTF-7\"?>\n+ADwAIQ-DOCTYPE annotation +AFsAXQA+-"
                               "<annotation/>";
    static const char utf16[] = "\xff\xfe<\0!\0D\0O\0C\0T\0Y\0P\0E\0";
    struct voc_annotation annotation;
    struct error error = ERROR_INIT;
    ck_assert(!parse(utf7, &annotation, &error));
    ck_assert_int_eq(error.code, ERROR_DATA);
    error_clear(&error);
    ck_assert(!voc_xml_parse(utf16, sizeof utf16, &annotation, &arena, &error));
    ck_assert_str_eq(error.message, "wanted text, found a zero byte");
    arena_finish(&arena);
}
END_TEST

UNIT_MAIN("voc_xml", test_parts_and_wrong_file_names_do_not_matter,
          test_boxes_without_area_and_duplicates_are_given_as_they_are, test_what_is_wrong_is_said,
          test_a_doctype_in_another_encoding_is_refused_too)
