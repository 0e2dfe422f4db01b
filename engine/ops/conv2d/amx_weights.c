/*
 * amx_weights.c: gradients of a convolution's weights and bias by AMX, from bfloat16 to float32.
 *
 * The gradient of one tap is a product of matrices over all pixels: that of y, [k][pixels], by x, [pixels][c], moved by the tap's
 * distance (pixel_grid.h). Pixels are taken in chunks that fit into the second cache: packed as the tiles want them, y's
 * transposed, x's in pairs, once for even and once for odd distances; then multiplied, 32 x 32 channels and one tap at a time.
 *
 * Threads share either the pixels, in parts that have sums of their own, or, where sums are large, the channels and taps. Parts
 * are as many whatever the number of threads, and every sum is taken in the order of the pixels: so the result is the same
 * with any number of threads.
 */
#include "engine/backends/cpu/amx.h"
#include "engine/ops/conv2d/conv2d.h"
#include "engine/ops/conv2d/pixel_grid.h"

#if LRUN_HAVE_AMX
#include <string.h>

/* Places that are packed at once. */
#define SEGMENT 256

/* What a chunk's packed numbers may take, so that they stay in the second cache; and how many places it has at least. */
#define CHUNK_BYTES ((int64_t)3 << 18)
#define CHUNK_LEAST ((int64_t)1024)
#define CHUNK_MOST ((int64_t)8192)

/* What the panels of the gradient may take that one panel of x is multiplied by in turn. */
#define GROUP_BYTES ((int64_t)1 << 19)

/* Parts of the pixels where their sums take no more than this each, and each part has more than a chunk. */
#define PARTS 8
#define PART_BYTES ((int64_t)1 << 20)

/* Floats of one product. */
#define SUMS ((int64_t)AMX_SIDE * AMX_SIDE)

struct weights_plan {
    struct conv2d_geometry g;
    /* Where x has few channels, those that the taps of a row read lie together: they are taken for the channels of one tap. */
    bool folded;
    int64_t channels, tap_rows, tap_columns;
    int64_t k_panels, c_panels;
    /* Panels of the gradient that are multiplied by one panel of x in turn. */
    int64_t k_group;
    /* The grid: places of an image, of all images, and the distance of the farthest tap. */
    int64_t rows, columns, places, reach;
    /* Grids of x: what taps differ in besides distance. */
    int64_t phase_rows, phase_columns, parities;
    /* Places of a part, and of a chunk; segments of x in a chunk. */
    int64_t parts, part, chunk, segments;
    /* Bytes of a part's scratch. */
    int64_t gradient_bytes, pixel_bytes, sum_bytes, bias_bytes;
};

/* The memory of a run, as one part sees it. */
struct weights_run {
    const struct weights_plan *plan;
    const uint16_t *x, *gradient;
    float *weight, *bias;
    char *scratch;
    /* [k panel][block of 32 places]; [phase][parity][c panel][pair of places]. */
    char *packed_gradient, *packed_x;
    /* [k panel][c panel][tap][SUMS], and [segment][k panel][32]. */
    float *sums, *bias_sums;
    /* Places [begin, end) are this chunk's; the sums are to begin with it. */
    int64_t begin, end;
    bool is_first;
};

static int64_t round_up(int64_t number, int64_t unit)
{
    return (number + unit - 1) / unit * unit;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Places along an axis. With stride 1 the zeros on one side of a row are those on the other side of the next. */
static int64_t grid_size(const struct weights_plan *plan, int axis, int64_t size, int64_t out, int64_t taps)
{
    const struct conv2d_attributes *attributes = plan->g.attributes;
    if (taps == 1)
        return out;
    return attributes->stride[axis] == 1 ? size + attributes->padding[axis]
                                         : out + (taps - 1) * attributes->dilation[axis] / attributes->stride[axis];
}

static int64_t phases(int stride, int dilation, int64_t taps)
{
    return least(stride, (taps - 1) * dilation + 1);
}

static void plan_grid(struct weights_plan *plan)
{
    const struct conv2d_geometry *g = &plan->g;
    const int *stride = g->attributes->stride, *dilation = g->attributes->dilation;
    plan->folded = g->kw > 1 && g->c * g->kw <= AMX_SIDE && dilation[1] == 1;
    plan->channels = plan->folded ? g->c * g->kw : g->c;
    plan->tap_rows = g->kh;
    plan->tap_columns = plan->folded ? 1 : g->kw;
    plan->rows = grid_size(plan, 0, g->h, g->oh, plan->tap_rows);
    plan->columns = grid_size(plan, 1, g->w, g->ow, plan->tap_columns);
    plan->places = g->n * plan->rows * plan->columns;
    plan->reach = (plan->tap_rows - 1) * dilation[0] / stride[0] * plan->columns +
                  (plan->tap_columns - 1) * dilation[1] / stride[1];
    plan->phase_rows = phases(stride[0], dilation[0], plan->tap_rows);
    plan->phase_columns = phases(stride[1], dilation[1], plan->tap_columns);
    plan->parities = plan->reach > 0 ? 2 : 1;
}

static int64_t plan_grids(const struct weights_plan *plan)
{
    return plan->phase_rows * plan->phase_columns;
}

static int64_t plan_taps(const struct weights_plan *plan)
{
    return plan->tap_rows * plan->tap_columns;
}

/* Bytes of one panel of a grid of x, packed for one parity. */
static int64_t pixel_panel_bytes(const struct weights_plan *plan)
{
    return plan->segments * SEGMENT / 2 * AMX_PAIR_BYTES;
}

static void plan_parts(struct weights_plan *plan)
{
    int64_t packs = plan_grids(plan) * plan->parities * plan->c_panels;
    int64_t fitting = CHUNK_BYTES / (AMX_SIDE * 2 * (plan->k_panels + packs)) / SEGMENT * SEGMENT;
    int64_t sum_bytes = plan->k_panels * plan->c_panels * plan_taps(plan) * SUMS * (int64_t)sizeof(float);
    plan->chunk = least(most(fitting, CHUNK_LEAST), CHUNK_MOST);
    plan->parts = sum_bytes <= PART_BYTES && plan->places > PARTS * plan->chunk ? PARTS : 1;
    plan->part = round_up((plan->places + plan->parts - 1) / plan->parts, SEGMENT);
    plan->parts = (plan->places + plan->part - 1) / plan->part;
    plan->chunk = least(plan->chunk, plan->part);
    plan->k_group = least(most(GROUP_BYTES / (plan->chunk * AMX_SIDE * 2), 1), plan->k_panels);
    plan->sum_bytes = plan->places > plan->chunk ? sum_bytes : 0;
    plan->segments = round_up(plan->chunk + plan->reach + 2, SEGMENT) / SEGMENT;
    plan->gradient_bytes = plan->k_panels * plan->chunk / AMX_SIDE * AMX_BLOCK_BYTES;
    plan->pixel_bytes = packs * pixel_panel_bytes(plan);
    plan->bias_bytes = plan->chunk / SEGMENT * plan->k_panels * AMX_SIDE * (int64_t)sizeof(float);
}

static struct weights_plan plan_weights(const struct node *node)
{
    struct weights_plan plan = {.g = conv2d_backward_weights_geometry(node)};
    plan_grid(&plan);
    plan.k_panels = round_up(plan.g.k, AMX_SIDE) / AMX_SIDE;
    plan.c_panels = round_up(plan.channels, AMX_SIDE) / AMX_SIDE;
    plan_parts(&plan);
    return plan;
}

static int64_t part_bytes(const struct weights_plan *plan)
{
    return plan->gradient_bytes + plan->pixel_bytes + plan->sum_bytes + plan->bias_bytes;
}

/* The gradient of y on the grid. */
static struct pixel_grid gradient_grid(const struct weights_run *run)
{
    const struct weights_plan *plan = run->plan;
    return (struct pixel_grid){
        .numbers = run->gradient,
        .images = plan->g.n,
        .image_rows = plan->g.oh,
        .row_numbers = plan->g.ow * plan->g.k,
        .rows = plan->rows,
        .columns = plan->columns,
        .row_step = 1,
        .column_step = plan->g.k,
        .channels = plan->g.k,
    };
}

/* x on the grid, for the taps that are at (row, column) modulo the strides. */
static struct pixel_grid pixels_grid(const struct weights_run *run, int64_t phase_row, int64_t phase_column)
{
    const struct weights_plan *plan = run->plan;
    const struct conv2d_attributes *attributes = plan->g.attributes;
    return (struct pixel_grid){
        .numbers = run->x,
        .images = plan->g.n,
        .image_rows = plan->g.h,
        .row_numbers = plan->g.w * plan->g.c,
        .rows = plan->rows,
        .columns = plan->columns,
        .first_row = phase_row - attributes->padding[0],
        .row_step = attributes->stride[0],
        .first_number = (phase_column - attributes->padding[1]) * plan->g.c,
        .column_step = attributes->stride[1] * plan->g.c,
        .channels = plan->channels,
    };
}

/* Where a channel of a panel is after neighbouring pixels were interleaved: the channel at `index` of tile `tile`. */
static int64_t channel_at(int64_t tile, int64_t index)
{
    return index / 4 * 8 + tile * 4 + index % 4;
}

/* Blocks of b out of `pairs` pairs of places. */
AMX_TARGET static void pack_pairs(const uint16_t *pixels, int64_t pairs, char *packed)
{
    for (int64_t i = 0; i < pairs; i++, pixels += 2 * AMX_SIDE, packed += AMX_PAIR_BYTES) {
        __m512i first = _mm512_load_si512(pixels), second = _mm512_load_si512(pixels + AMX_SIDE);
        _mm512_store_si512(packed, _mm512_unpacklo_epi16(first, second));
        _mm512_store_si512(packed + AMX_PAIR_BYTES / 2, _mm512_unpackhi_epi16(first, second));
    }
}

/* Sixteen rows of sixteen pairs become sixteen columns: first within quarters of registers, then the quarters. */
AMX_TARGET static inline __attribute__((always_inline)) void transpose(__m512i rows[16], char *tile)
{
    __m512i step[16];
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) {
        __m512i low01 = _mm512_unpacklo_epi32(rows[i], rows[i + 1]),
                high01 = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        __m512i low23 = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
        __m512i high23 = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
        step[i] = _mm512_unpacklo_epi64(low01, low23);
        step[i + 1] = _mm512_unpackhi_epi64(low01, low23);
        step[i + 2] = _mm512_unpacklo_epi64(high01, high23);
        step[i + 3] = _mm512_unpackhi_epi64(high01, high23);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m512i even01 = _mm512_shuffle_i32x4(step[i], step[i + 4], 0x88);
        __m512i odd01 = _mm512_shuffle_i32x4(step[i], step[i + 4], 0xdd);
        __m512i even23 = _mm512_shuffle_i32x4(step[i + 8], step[i + 12], 0x88);
        __m512i odd23 = _mm512_shuffle_i32x4(step[i + 8], step[i + 12], 0xdd);
        _mm512_store_si512(tile + 64 * i, _mm512_shuffle_i32x4(even01, even23, 0x88));
        _mm512_store_si512(tile + 64 * (i + 4), _mm512_shuffle_i32x4(odd01, odd23, 0x88));
        _mm512_store_si512(tile + 64 * (i + 8), _mm512_shuffle_i32x4(even01, even23, 0xdd));
        _mm512_store_si512(tile + 64 * (i + 12), _mm512_shuffle_i32x4(odd01, odd23, 0xdd));
    }
}

/* A block of a out of 32 places. */
AMX_TARGET static void pack_transposed(const uint16_t *pixels, char *block)
{
    __m512i low[16], high[16];
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++) {
        const uint16_t *pair = pixels + (ptrdiff_t)2 * AMX_SIDE * i;
        __m512i first = _mm512_load_si512(pair), second = _mm512_load_si512(pair + AMX_SIDE);
        low[i] = _mm512_unpacklo_epi16(first, second);
        high[i] = _mm512_unpackhi_epi16(first, second);
    }
    transpose(low, block);
    transpose(high, block + AMX_BLOCK_BYTES / 2);
}

/* Adds the segment's pixels, channel by channel: the even channels of the panel, then the odd ones. */
AMX_TARGET static void add_pixels(const uint16_t *pixels, int64_t count, float *sums)
{
    __m512 even = _mm512_setzero_ps(), odd = even;
    for (int64_t i = 0; i < count; i++) {
        __m512i pixel = _mm512_load_si512(pixels + i * AMX_SIDE);
        even = _mm512_add_ps(even, _mm512_castsi512_ps(_mm512_slli_epi32(pixel, 16)));
        odd = _mm512_add_ps(odd, _mm512_castsi512_ps(_mm512_and_si512(pixel, _mm512_set1_epi32(-0x10000))));
    }
    _mm512_store_ps(sums, _mm512_add_ps(_mm512_load_ps(sums), even));
    _mm512_store_ps(sums + 16, _mm512_add_ps(_mm512_load_ps(sums + 16), odd));
}

/* Packs one segment of one panel of the gradient of y. */
static void pack_gradient(const struct weights_run *run, int64_t panel, int64_t segment)
{
    const struct weights_plan *plan = run->plan;
    struct pixel_grid grid = gradient_grid(run);
    uint16_t pixels[SEGMENT * AMX_SIDE] __attribute__((aligned(64), uninitialized));
    pixel_grid_gather(&grid, panel, run->begin + segment * SEGMENT, SEGMENT, pixels);
    char *packed = run->packed_gradient + (panel * plan->chunk + segment * SEGMENT) / AMX_SIDE * AMX_BLOCK_BYTES;
    for (int64_t i = 0; i < SEGMENT; i += AMX_SIDE, packed += AMX_BLOCK_BYTES)
        pack_transposed(pixels + i * AMX_SIDE, packed);
    if (run->bias != NULL)
        add_pixels(pixels, SEGMENT, run->bias_sums + (segment * plan->k_panels + panel) * AMX_SIDE);
}

/* Packs one segment of one panel of one grid of x. */
static void pack_pixels(const struct weights_run *run, int64_t phase, int64_t panel, int64_t segment)
{
    const struct weights_plan *plan = run->plan;
    struct pixel_grid grid = pixels_grid(run, phase / plan->phase_columns, phase % plan->phase_columns);
    uint16_t pixels[(SEGMENT + 1) * AMX_SIDE] __attribute__((aligned(64), uninitialized));
    pixel_grid_gather(&grid, panel, run->begin + segment * SEGMENT, SEGMENT + plan->parities - 1, pixels);
    for (int64_t parity = 0; parity < plan->parities; parity++)
        pack_pairs(pixels + parity * AMX_SIDE, SEGMENT / 2,
                   run->packed_x +
                       ((phase * plan->parities + parity) * plan->c_panels + panel) * pixel_panel_bytes(plan) +
                       segment * SEGMENT / 2 * AMX_PAIR_BYTES);
}

static int64_t segments_of(int64_t places)
{
    return round_up(places, SEGMENT) / SEGMENT;
}

/* What is to be packed of a chunk: panels of both, segment after segment. */
struct packing {
    int64_t gradients, pixels, pixel_panels;
};

static struct packing packing_of(const struct weights_run *run)
{
    const struct weights_plan *plan = run->plan;
    int64_t reached = round_up(run->end - run->begin, AMX_SIDE) + plan->reach + 1;
    int64_t pixel_panels = plan_grids(plan) * plan->c_panels;
    return (struct packing){
        .gradients = plan->k_panels * segments_of(run->end - run->begin),
        .pixels = pixel_panels * segments_of(reached),
        .pixel_panels = pixel_panels,
    };
}

static void pack(const struct weights_run *run, const struct packing *packing, int64_t index)
{
    const struct weights_plan *plan = run->plan;
    int64_t pixels = index - packing->gradients, panel = pixels % packing->pixel_panels;
    if (pixels < 0)
        pack_gradient(run, index % plan->k_panels, index / plan->k_panels);
    else
        pack_pixels(run, panel / plan->c_panels, panel % plan->c_panels, pixels / packing->pixel_panels);
}

/* What one product of matrices is of: 32 x 32 channels and a tap. */
struct product {
    int64_t k_panel, c_panel, tap;
};

static int64_t product_count(const struct weights_plan *plan)
{
    return round_up(plan->k_panels, plan->k_group) * plan->c_panels * plan_taps(plan);
}

/* For one panel of x a group of panels of the gradient, which stays in the second cache. Some of the last group are none. */
static struct product product_at(const struct weights_plan *plan, int64_t index)
{
    int64_t taps = plan_taps(plan), panels = index / taps, rest = panels / plan->k_group;
    return (struct product){
        .k_panel = rest / plan->c_panels * plan->k_group + panels % plan->k_group,
        .c_panel = rest % plan->c_panels,
        .tap = index % taps,
    };
}

static float *product_sums(const struct weights_run *run, const struct product *product)
{
    const struct weights_plan *plan = run->plan;
    return run->sums + ((product->k_panel * plan->c_panels + product->c_panel) * plan_taps(plan) + product->tap) * SUMS;
}

/* Writes the finished sums of one tap for 32 x 32 channels to where the weights' gradients lie. */
AMX_TARGET static void write_sums(const struct weights_run *run, const struct product *product, const float *sums)
{
    const struct weights_plan *plan = run->plan;
    const struct conv2d_geometry *g = &plan->g;
    for (int64_t side = 0; side < 2; side++) {
        int32_t at[16] __attribute__((aligned(64)));
        __mmask16 mask = 0;
        for (int64_t i = 0; i < 16; i++) {
            int64_t channel = product->c_panel * AMX_SIDE + channel_at(side, i);
            int64_t fold = plan->folded ? channel / g->c : 0;
            at[i] =
                (int32_t)((channel - fold * g->c) * g->kh * g->kw + product->tap * g->kw / plan->tap_columns + fold);
            mask |= (__mmask16)((channel < plan->channels) << i);
        }
        __m512i places = _mm512_load_si512(at);
        for (int64_t i = 0; i < AMX_SIDE; i++) {
            int64_t k = product->k_panel * AMX_SIDE + channel_at(i / 16, i % 16);
            if (k < g->k)
                _mm512_mask_i32scatter_ps(run->weight + k * g->c * g->kh * g->kw, mask, places,
                                          _mm512_load_ps(sums + i / 16 * 512 + side * 256 + i % 16 * 16), 4);
        }
    }
}

/* Multiplies the chunk's pixels for 32 x 32 channels and one tap. */
AMX_TARGET static void multiply(const struct weights_run *run, int64_t index)
{
    const struct weights_plan *plan = run->plan;
    struct product product = product_at(plan, index);
    if (product.k_panel >= plan->k_panels)
        return;
    const int *stride = plan->g.attributes->stride, *dilation = plan->g.attributes->dilation;
    int64_t row = product.tap / plan->tap_columns * dilation[0];
    int64_t column = product.tap % plan->tap_columns * dilation[1];
    int64_t distance = row / stride[0] * plan->columns + column / stride[1];
    int64_t phase = row % stride[0] * plan->phase_columns + column % stride[1];
    int64_t pack = (phase * plan->parities + distance % 2) * plan->c_panels + product.c_panel;
    const char *a = run->packed_gradient + product.k_panel * plan->chunk / AMX_SIDE * AMX_BLOCK_BYTES;
    const char *b = run->packed_x + pack * pixel_panel_bytes(plan) + distance / 2 * AMX_PAIR_BYTES;
    float finished[SUMS] __attribute__((aligned(64), uninitialized)), *sums = product_sums(run, &product);
    if (run->is_first)
        amx_clear_sums();
    else
        amx_load_sums(sums);
    amx_multiply(a, AMX_BLOCK_BYTES, b, AMX_BLOCK_BYTES, round_up(run->end - run->begin, AMX_SIDE) / AMX_SIDE);
    bool is_last = plan->parts == 1 && run->end == plan->places;
    amx_store_sums(is_last ? finished : sums);
    if (is_last)
        write_sums(run, &product, finished);
}

/* The next chunk of the places before `end`. */
static void next_chunk(struct weights_run *run, int64_t end)
{
    run->is_first = run->begin == run->end;
    run->begin = run->end;
    run->end = least(run->begin + run->plan->chunk, end);
}

/* One part, by this thread. */
static void run_part(struct weights_run run, int64_t part)
{
    const struct weights_plan *plan = run.plan;
    memset(run.bias_sums, 0, (size_t)plan->bias_bytes);
    run.begin = run.end = part * plan->part;
    int64_t end = least(run.end + plan->part, plan->places);
    while (run.end < end) {
        next_chunk(&run, end);
        struct packing packing = packing_of(&run);
        for (int64_t i = 0; i < packing.gradients + packing.pixels; i++)
            pack(&run, &packing, i);
        amx_begin();
        for (int64_t i = 0; i < product_count(plan); i++)
            multiply(&run, i);
        amx_end();
    }
}

/* The only part, by all threads. */
static void run_whole(struct weights_run run)
{
    const struct weights_plan *plan = run.plan;
    memset(run.bias_sums, 0, (size_t)plan->bias_bytes);
    while (run.end < plan->places) {
        next_chunk(&run, plan->places);
        struct packing packing = packing_of(&run);
#pragma omp parallel
        {
#pragma omp for schedule(static)
            for (int64_t i = 0; i < packing.gradients + packing.pixels; i++)
                pack(&run, &packing, i);
            amx_begin();
#pragma omp for schedule(static)
            for (int64_t i = 0; i < product_count(plan); i++)
                multiply(&run, i);
            amx_end();
        }
    }
}

/* The run as a part sees it. */
static struct weights_run run_at(const struct weights_run *run, int64_t part)
{
    const struct weights_plan *plan = run->plan;
    struct weights_run here = *run;
    here.packed_gradient = run->scratch + part * part_bytes(plan);
    here.packed_x = here.packed_gradient + plan->gradient_bytes;
    here.sums = (float *)(void *)(here.packed_x + plan->pixel_bytes);
    here.bias_sums = (float *)(void *)(here.packed_x + plan->pixel_bytes + plan->sum_bytes);
    return here;
}

/* Adds the parts' sums of one product and writes them. */
static void finish(const struct weights_run *run, int64_t index)
{
    const struct weights_plan *plan = run->plan;
    struct product product = product_at(plan, index);
    if (product.k_panel >= plan->k_panels)
        return;
    float sums[SUMS] __attribute__((aligned(64)));
    struct weights_run part = run_at(run, 0);
    memcpy(sums, product_sums(&part, &product), sizeof sums);
    for (int64_t i = 1; i < plan->parts; i++) {
        part = run_at(run, i);
        const float *more = product_sums(&part, &product);
        for (int64_t j = 0; j < SUMS; j++)
            sums[j] += more[j];
    }
    write_sums(run, &product, sums);
}

/* All parts, shared by the threads. */
static void run_parts(const struct weights_run *run)
{
#pragma omp parallel for schedule(static)
    for (int64_t part = 0; part < run->plan->parts; part++)
        run_part(run_at(run, part), part);
#pragma omp parallel for schedule(static)
    for (int64_t i = 0; i < product_count(run->plan); i++)
        finish(run, i);
}

static void write_bias(const struct weights_run *run)
{
    const struct weights_plan *plan = run->plan;
    int64_t segments = segments_of(plan->chunk);
    for (int64_t k = 0; k < plan->g.k; k++) {
        double sum = 0;
        for (int64_t i = 0; i < plan->parts * segments; i++)
            sum += (double)run_at(run, i / segments)
                       .bias_sums[(i % segments * plan->k_panels + k / AMX_SIDE) * AMX_SIDE + k % 2 * 16 +
                                  k % AMX_SIDE / 2];
        run->bias[k] = (float)sum;
    }
}

static void weights_run(const struct kernel_instance *instance, const struct kernel_run *kernel_run)
{
    struct weights_plan plan = plan_weights(instance->node);
    struct weights_run run = {
        .plan = &plan,
        .x = kernel_run->inputs[0],
        .gradient = kernel_run->inputs[1],
        .weight = kernel_run->outputs[0],
        .bias = instance->node->output_count > 1 ? kernel_run->outputs[1] : NULL,
        .scratch = kernel_run->scratch,
    };
    if (plan.parts == 1)
        run_whole(run_at(&run, 0));
    else
        run_parts(&run);
    if (run.bias != NULL)
        write_bias(&run);
}

static bool weights_create(struct kernel_instance *instance, struct error *error)
{
    (void)error;
    struct weights_plan plan = plan_weights(instance->node);
    instance->scratch_bytes = (size_t)(plan.parts * part_bytes(&plan));
    return true;
}

/* Zeros beside rows are shared by neighbouring ones only where there are no more of them than taps reach. */
static bool padding_is_reached(const struct conv2d_geometry *g)
{
    const struct conv2d_attributes *attributes = g->attributes;
    return attributes->padding[0] <= (g->kh - 1) * attributes->dilation[0] &&
           attributes->padding[1] <= (g->kw - 1) * attributes->dilation[1];
}

static bool weights_supports(const struct node *node)
{
    struct conv2d_geometry g = conv2d_backward_weights_geometry(node);
    const struct value *x = node->inputs[0], *gradient = node->inputs[1], *weight = node->outputs[0];
    return x->dtype == DTYPE_BF16 && gradient->dtype == DTYPE_BF16 && weight->dtype == DTYPE_F32 &&
           x->layout == LAYOUT_CHANNELS_LAST && gradient->layout == LAYOUT_CHANNELS_LAST &&
           weight->layout == LAYOUT_PLAIN && g.attributes->groups == 1 && padding_is_reached(&g);
}

const struct kernel conv2d_backward_weights_amx = {
    .name = "amx",
    .is_available = amx_is_available,
    .floats = FLOATS_F32_BF16,
    .supports = weights_supports,
    .create = weights_create,
    .run = weights_run,
};

#endif
