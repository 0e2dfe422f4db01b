/* pixel_grid.c: the pixels of images on one line. */
#include "engine/ops/conv2d/pixel_grid.h"

#if LRUN_HAVE_AMX

/* How many places ahead memory is asked for: whole places with the first panel, so that memory is read in its order. */
#define AHEAD 16

static inline int64_t clamp(int64_t number, int64_t least, int64_t most)
{
    return number < least ? least : number > most ? most : number;
}

/*
 * `count` places of one row, the first at number `at` of the image's row, `width` numbers of each; memory for `lines` panels is
 * asked for. NULL: outside of the image.
 */
struct piece {
    const uint16_t *row;
    int64_t at, count, width, lines;
};

/* Places that may lie partly or wholly outside of the row. */
AMX_TARGET static void copy_clipped(const struct pixel_grid *grid, const struct piece *piece, int64_t begin,
                                    int64_t end, uint16_t *pixels)
{
    for (int64_t i = begin; i < end; i++) {
        int64_t at = piece->at + i * grid->column_step;
        int64_t low = clamp(-at, 0, piece->width), high = clamp(grid->row_numbers - at, low, piece->width);
        __mmask32 mask = (__mmask32)(((uint64_t)1 << high) - ((uint64_t)1 << low));
        __m512i numbers = _mm512_setzero_si512();
        if (mask != 0)
            numbers = _mm512_maskz_loadu_epi16(mask, piece->row + at);
        _mm512_store_si512(pixels + i * AMX_SIDE, numbers);
    }
}

AMX_TARGET static void copy_inside(const struct pixel_grid *grid, const struct piece *piece, int64_t begin, int64_t end,
                                   uint16_t *pixels)
{
    const uint16_t *from = piece->row + piece->at + begin * grid->column_step;
    __mmask32 mask = (__mmask32)(((uint64_t)1 << piece->width) - 1);
    for (int64_t i = begin; i < end; i++, from += grid->column_step) {
        for (int64_t line = 0; line < piece->lines; line++)
            _mm_prefetch((const char *)(from + AHEAD * grid->column_step + line * AMX_SIDE), _MM_HINT_T0);
        _mm512_store_si512(pixels + i * AMX_SIDE, _mm512_maskz_loadu_epi16(mask, from));
    }
}

AMX_TARGET static void clear(int64_t count, uint16_t *pixels)
{
    for (int64_t i = 0; i < count; i++)
        _mm512_store_si512(pixels + i * AMX_SIDE, _mm512_setzero_si512());
}

static void copy_piece(const struct pixel_grid *grid, const struct piece *piece, uint16_t *pixels)
{
    if (piece->row == NULL) {
        clear(piece->count, pixels);
        return;
    }
    int64_t step = grid->column_step, room = grid->row_numbers - piece->width - piece->at;
    int64_t begin = clamp(piece->at >= 0 ? 0 : (-piece->at + step - 1) / step, 0, piece->count);
    int64_t end = clamp(room < 0 ? 0 : room / step + 1, begin, piece->count);
    copy_clipped(grid, piece, 0, begin, pixels);
    copy_inside(grid, piece, begin, end, pixels);
    copy_clipped(grid, piece, end, piece->count, pixels);
}

void pixel_grid_gather(const struct pixel_grid *grid, int64_t panel, int64_t begin, int64_t count, uint16_t *pixels)
{
    int64_t image = begin / (grid->rows * grid->columns), row = begin / grid->columns % grid->rows;
    int64_t column = begin % grid->columns;
    while (count > 0) {
        int64_t image_row = grid->first_row + row * grid->row_step;
        struct piece piece = {
            .at = grid->first_number + column * grid->column_step + panel * AMX_SIDE,
            .count = clamp(grid->columns - column, 0, count),
            .width = clamp(grid->channels - panel * AMX_SIDE, 0, AMX_SIDE),
            .lines = panel == 0 ? (grid->channels + AMX_SIDE - 1) / AMX_SIDE : 0,
        };
        if (image < grid->images && image_row >= 0 && image_row < grid->image_rows)
            piece.row = grid->numbers + (image * grid->image_rows + image_row) * grid->row_numbers;
        copy_piece(grid, &piece, pixels);
        pixels += piece.count * AMX_SIDE;
        count -= piece.count;
        column = 0;
        row = (row + 1) % grid->rows;
        image += row == 0;
    }
}

#endif
