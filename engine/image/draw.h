/* draw.h: rectangles and words on byte RGB images: pictures of predictions. What lies outside the image is left out. */
#ifndef LRUN_ENGINE_IMAGE_DRAW_H
#define LRUN_ENGINE_IMAGE_DRAW_H

#include "engine/image/image.h"

/** Height and width of a character, with the space around it, at scale 1. */
#define DRAW_CHARACTER_WIDTH 6
#define DRAW_CHARACTER_HEIGHT 9
/** The dots of a character. */
#define DRAW_GLYPH_WIDTH 5
#define DRAW_GLYPH_HEIGHT 7

struct colour {
    uint8_t red;
    uint8_t green;
    uint8_t blue;
};

/** Corners in pixels; right and bottom are exclusive. */
struct draw_area {
    int left;
    int top;
    int right;
    int bottom;
};

/** Fills the area. */
void draw_filled_rectangle(struct image *image, const struct draw_area *area, struct colour colour);

/** The area's border, `thickness` pixels inwards. */
void draw_rectangle(struct image *image, const struct draw_area *area, int thickness, struct colour colour);

/** How a word looks. */
struct draw_style {
    /** Size of a dot in pixels: 1 gives characters of 5 x 7 pixels. */
    int scale;
    struct colour colour;
    struct colour background;
};

/** The dots of an ASCII character, columns from the left, the lowest bit on top; other bytes are '?'. Lent. */
const uint8_t *draw_glyph_columns(char character);

/** Writes ASCII on a filled background whose upper left corner is at (left, top); other bytes become '?'. */
void draw_text(struct image *image, int left, int top, const char *text, const struct draw_style *style);

#endif
