/* scene.c: drawn pictures with known objects. */
#include "components/datasets/scene.h"

#include <math.h>
#include <string.h>

#include "engine/base/rng.h"

/* Samples per pixel and direction: edges are smooth, as in photographs. */
#define SUBSAMPLES 3
#define TURN 6.283185307179586

const char *const scene_class_names[SCENE_SHAPE_COUNT] = {"circle", "cross", "square", "triangle"};

enum texture { TEXTURE_PLAIN, TEXTURE_STRIPES, TEXTURE_CHECKS, TEXTURE_DOTS, TEXTURE_COUNT };

/* A shape as it lies in the image. */
struct figure {
    enum scene_shape shape;
    enum texture texture;
    double x, y, radius;
    double cosine, sine;
    double colours[2][3];
};

/* The drawing: the picture, and for each pixel the number of the figure on top plus 1. */
struct canvas {
    struct image *image;
    uint8_t *owner;
};

/* Whether the point lies in the shape; coordinates run from -1 to 1 across it. */
static bool shape_contains(enum scene_shape shape, double u, double v)
{
    switch (shape) {
    case SCENE_CIRCLE:
        return u * u + v * v < 0.9 * 0.9;
    case SCENE_SQUARE:
        return fabs(u) < 0.75 && fabs(v) < 0.75;
    case SCENE_CROSS:
        return (fabs(u) < 0.3 && fabs(v) < 0.95) || (fabs(v) < 0.3 && fabs(u) < 0.95);
    default:
        return v < 0.7 && v > 1.9 * fabs(u) - 0.95;
    }
}

/* Which of the two colours the texture has there. */
static int texture_at(enum texture texture, double u, double v)
{
    switch (texture) {
    case TEXTURE_STRIPES:
        return fmod(u + 8, 0.5) < 0.25;
    case TEXTURE_CHECKS:
        return (fmod(u + 8, 0.6) < 0.3) != (fmod(v + 8, 0.6) < 0.3);
    case TEXTURE_DOTS:
        return hypot(fmod(u + 8, 0.5) - 0.25, fmod(v + 8, 0.5) - 0.25) < 0.13;
    default:
        return 0;
    }
}

static uint8_t to_byte(double level)
{
    return (uint8_t)(level < 0 ? 0 : level > 255 ? 255 : lrint(level));
}

/* Adds what one point of the figure gives to a pixel's colour. Returns whether the point is inside. */
static bool figure_sample(const struct figure *figure, double x, double y, double colour[3])
{
    double dx = (x - figure->x) / figure->radius, dy = (y - figure->y) / figure->radius;
    double u = dx * figure->cosine + dy * figure->sine, v = dy * figure->cosine - dx * figure->sine;
    if (!shape_contains(figure->shape, u, v))
        return false;
    const double *from = figure->colours[texture_at(figure->texture, u, v)];
    for (int c = 0; c < 3; c++)
        colour[c] += from[c] * (1.0 - 0.25 * (u + v) / 2); /* a little light from one side */
    return true;
}

/* Draws the part of a pixel that the figure covers. Returns whether it covers at least half. */
static bool figure_draw_pixel(const struct figure *figure, struct canvas *canvas, int x, int y)
{
    double colour[3] = {0, 0, 0};
    int covered = 0;
    for (int row = 0; row < SUBSAMPLES; row++)
        for (int column = 0; column < SUBSAMPLES; column++)
            covered += figure_sample(figure, x + (column + 0.5) / SUBSAMPLES, y + (row + 0.5) / SUBSAMPLES, colour);
    if (x < 0 || y < 0 || x >= canvas->image->width || y >= canvas->image->height)
        return 2 * covered >= SUBSAMPLES * SUBSAMPLES;
    uint8_t *pixel = canvas->image->bytes + ((size_t)y * (size_t)canvas->image->width + (size_t)x) * 3;
    int rest = SUBSAMPLES * SUBSAMPLES - covered;
    for (int c = 0; c < 3; c++)
        pixel[c] = to_byte((colour[c] + rest * (double)pixel[c]) / (SUBSAMPLES * SUBSAMPLES));
    return 2 * covered >= SUBSAMPLES * SUBSAMPLES;
}

static bool is_inside(const struct image *image, int x, int y)
{
    return x >= 0 && y >= 0 && x < image->width && y < image->height;
}

static void grow_corners(int corners[4], int x, int y)
{
    corners[0] = x < corners[0] ? x : corners[0];
    corners[1] = y < corners[1] ? y : corners[1];
    corners[2] = x + 1 > corners[2] ? x + 1 : corners[2];
    corners[3] = y + 1 > corners[3] ? y + 1 : corners[3];
}

/* Draws a figure on top of the others, and says what it covers. Returns how many pixels of it are inside. */
static int figure_draw(const struct figure *figure, struct canvas *canvas, uint8_t number, struct scene_object *object)
{
    *object = (struct scene_object){.shape = figure->shape, .corners = {1 << 20, 1 << 20, 0, 0}};
    int inside = 0, reach = (int)ceil(figure->radius) + 1;
    for (int y = (int)figure->y - reach; y <= (int)figure->y + reach; y++)
        for (int x = (int)figure->x - reach; x <= (int)figure->x + reach; x++) {
            if (!figure_draw_pixel(figure, canvas, x, y))
                continue;
            if (!is_inside(canvas->image, x, y)) {
                object->truncated = true;
                continue;
            }
            canvas->owner[(size_t)y * (size_t)canvas->image->width + (size_t)x] = number;
            grow_corners(object->corners, x, y);
            inside++;
        }
    return inside;
}

/* A strong colour of this hue (0 to 1, round the colour circle) and value (0 to 1). */
static void hue_colour(double hue, double value, double colour[3])
{
    for (int c = 0; c < 3; c++) {
        double distance = fabs(fmod(hue + c / 3.0, 1.0) * 6 - 3) - 1;
        double pure = distance < 0 ? 0 : distance > 1 ? 1 : distance;
        colour[c] = 255 * value * (0.25 + 0.75 * pure);
    }
}

/* Two colours near the shape's own hue, as cells or fruit have: each kind tends to one, and none is alike. */
static void draw_colours(struct rng *rng, enum scene_shape shape, double colours[2][3])
{
    double hue = (double)shape / SCENE_SHAPE_COUNT + rng_range(rng, -0.08, 0.08) + 1;
    double value = rng_range(rng, 0.55, 1);
    hue_colour(hue, value, colours[0]);
    hue_colour(hue + rng_range(rng, -0.04, 0.04), value * rng_range(rng, 0.5, 0.8), colours[1]);
}

static struct figure draw_figure(struct rng *rng, int width, int height)
{
    double smaller = width < height ? width : height;
    double size = rng_uniform(rng) < 0.1f ? rng_range(rng, 0.04, 0.08) : rng_range(rng, 0.13, 0.3);
    double turn = rng_range(rng, -0.12, 0.12) * TURN;
    struct figure figure = {
        .shape = (enum scene_shape)rng_below(rng, SCENE_SHAPE_COUNT),
        .texture = (enum texture)rng_below(rng, TEXTURE_COUNT),
        .x = rng_range(rng, 0.04, 0.96) * width,
        .y = rng_range(rng, 0.04, 0.96) * height,
        .radius = size * smaller,
        .cosine = cos(turn),
        .sine = sin(turn),
    };
    draw_colours(rng, figure.shape, figure.colours);
    return figure;
}

/* A ramp between four pale corner colours, with grain. */
static void draw_background(struct image *image, struct rng *rng)
{
    double corners[4][3];
    for (int i = 0; i < 4; i++) {
        double grey = rng_range(rng, 60, 200);
        for (int c = 0; c < 3; c++)
            corners[i][c] = grey + rng_range(rng, -25, 25);
    }
    for (int y = 0; y < image->height; y++)
        for (int x = 0; x < image->width; x++) {
            double right = (double)x / image->width, down = (double)y / image->height;
            double grain = rng_range(rng, -8, 8);
            uint8_t *pixel = image->bytes + ((size_t)y * (size_t)image->width + (size_t)x) * 3;
            for (int c = 0; c < 3; c++) {
                double top = corners[0][c] * (1 - right) + corners[1][c] * right;
                double bottom = corners[2][c] * (1 - right) + corners[3][c] * right;
                pixel[c] = to_byte(top * (1 - down) + bottom * down + grain);
            }
        }
}

/* Thin lines that are no object. */
static void draw_clutter(struct image *image, struct rng *rng)
{
    uint32_t lines = rng_below(rng, 6);
    for (uint32_t i = 0; i < lines; i++) {
        double x = rng_range(rng, 0, image->width), y = rng_range(rng, 0, image->height);
        double turn = rng_range(rng, 0, TURN), length = rng_range(rng, 0.2, 0.7) * image->width;
        uint8_t colour[3] = {(uint8_t)rng_below(rng, 256), (uint8_t)rng_below(rng, 256), (uint8_t)rng_below(rng, 256)};
        for (int step = 0; step < 2 * length; step++) {
            double t = step / 2.0;
            int px = (int)floor(x + t * cos(turn)), py = (int)floor(y + t * sin(turn));
            if (is_inside(image, px, py))
                memcpy(image->bytes + ((size_t)py * (size_t)image->width + (size_t)px) * 3, colour, 3);
        }
    }
}

/* Removes objects without a pixel inside, and marks those of which too little can be seen. */
static void judge_objects(struct scene *scene, const struct canvas *canvas, const int inside[SCENE_MAX_OBJECTS])
{
    int visible[SCENE_MAX_OBJECTS + 1] = {0};
    size_t pixels = (size_t)scene->image.width * (size_t)scene->image.height;
    for (size_t i = 0; i < pixels; i++)
        visible[canvas->owner[i]]++;
    int kept = 0;
    for (int i = 0; i < scene->count; i++) {
        struct scene_object object = scene->objects[i];
        if (inside[i] == 0 || visible[i + 1] == 0)
            continue;
        int width = object.corners[2] - object.corners[0], height = object.corners[3] - object.corners[1];
        object.difficult = visible[i + 1] < 0.4 * inside[i] || width < 16 || height < 16;
        scene->objects[kept++] = object;
    }
    scene->count = kept;
}

bool scene_draw(struct scene *scene, uint64_t seed, int64_t index, int width, int height, struct arena *arena,
                struct error *error)
{
    if (width < 48 || height < 48 || width > 4096 || height > 4096)
        return error_set(error, ERROR_CONFIG, "wanted a scene of 48 to 4096 pixels a side, found %d x %d", width,
                         height);
    *scene = (struct scene){.count = 0};
    if (!image_init(&scene->image, width, height, 3, DTYPE_U8, arena, error))
        return false;
    struct canvas canvas = {.image = &scene->image, .owner = arena_allocate(arena, (size_t)width * (size_t)height, 1)};
    struct rng rng = rng_make(seed, RNG_SCENE, 0, (uint64_t)index);
    draw_background(&scene->image, &rng);
    draw_clutter(&scene->image, &rng);
    scene->count = 1 + (int)rng_below(&rng, 4);
    int inside[SCENE_MAX_OBJECTS];
    for (int i = 0; i < scene->count; i++) {
        struct figure figure = draw_figure(&rng, width, height);
        inside[i] = figure_draw(&figure, &canvas, (uint8_t)(i + 1), &scene->objects[i]);
    }
    judge_objects(scene, &canvas, inside);
    return true;
}
