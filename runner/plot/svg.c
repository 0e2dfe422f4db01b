/* svg.c: curves as SVG: text stays text, colours follow the reader's choice of light or dark. */
#include "runner/plot/picture.h"

/* Of a letter's em; its cell is 0.6 em wide in usual monospaced fonts. */
#define FONT_SIZE (DRAW_CHARACTER_WIDTH * PICTURE_DOT / 0.6)

static void append_escaped(struct text *file, const char *words)
{
    for (; *words != '\0'; words++) {
        if (*words == '&' || *words == '<' || *words == '>')
            text_append(file, *words == '&' ? "&amp;" : *words == '<' ? "&lt;" : "&gt;");
        else
            text_append_char(file, *words);
    }
}

static void append_color(struct text *file, const char *selector, struct colour colour)
{
    text_format(file, "%s#%02x%02x%02x}", selector, colour.red, colour.green, colour.blue);
}

static void append_theme(struct text *file, const struct picture_theme *theme)
{
    append_color(file, ".b{fill:", theme->background);
    append_color(file, ".s{fill:", theme->strong);
    append_color(file, ".p{fill:", theme->plain);
    append_color(file, ".m{fill:", theme->muted);
    append_color(file, ".g{stroke:", theme->grid);
    append_color(file, ".a{stroke:", theme->axis);
    for (int i = 0; i < FIGURE_COLORS; i++) {
        text_format(file, ".c%d{", i);
        append_color(file, "stroke:", theme->curves[i]);
        text_format(file, ".d%d{", i);
        append_color(file, "fill:", theme->curves[i]);
    }
    text_append_char(file, '\n');
}

static void append_style(struct text *file)
{
    text_format(file,
                "<style>\n"
                "text{font:%gpx ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}\n"
                ".s{font-weight:bold}.g,.a{stroke-width:%g}\n"
                ".c{fill:none;stroke-width:%g;stroke-linecap:round;stroke-linejoin:round}.f{stroke-opacity:%g}\n",
                FONT_SIZE, PICTURE_GRID, PICTURE_LINE, PICTURE_FAINT);
    append_theme(file, &picture_light);
    text_append(file, "@media (prefers-color-scheme:dark){");
    append_theme(file, &picture_dark);
    text_append(file, "}\n</style>\n");
}

static void append_axes(struct text *file, const struct figure_panel *panel)
{
    text_append(file, "<path class=\"g\" d=\"");
    for (size_t i = 0; i < panel->y_tick_count; i++)
        text_format(file, "M%.1f %.1fH%.1f", panel->left, panel->y_ticks[i], panel->right);
    for (size_t i = 0; i < panel->x_tick_count; i++)
        text_format(file, "M%.1f %.1fV%.1f", panel->x_ticks[i], panel->top, panel->bottom);
    text_append(file, "\"/>\n<path class=\"a\" fill=\"none\" d=\"");
    for (size_t i = 0; i < panel->x_tick_count; i++)
        text_format(file, "M%.1f %.1fv3", panel->x_ticks[i], panel->bottom);
    text_format(file, "M%.1f %.1fV%.1fH%.1f\"/>\n", panel->left, panel->top, panel->bottom, panel->right);
}

static void append_curve(struct text *file, const struct figure_line *line)
{
    size_t color = line->color % FIGURE_COLORS;
    text_format(file, "<polyline class=\"c c%zu%s\" points=\"", color, line->is_faint ? " f" : "");
    for (size_t i = 0; i < line->count; i++)
        text_format(file, "%s%.1f,%.1f", i > 0 ? " " : "", line->points[i].x, line->points[i].y);
    text_append(file, "\"/>\n");
    for (size_t i = 0; i < line->count && (line->has_dots || line->count == 1); i++)
        text_format(file, "<circle class=\"d%zu\" cx=\"%.1f\" cy=\"%.1f\" r=\"%g\"/>\n", color, line->points[i].x,
                    line->points[i].y, PICTURE_POINT);
}

static void append_label(struct text *file, const struct figure_label *label, double line)
{
    static const char classes[] = {[INK_PLAIN] = 'p', [INK_STRONG] = 's', [INK_MUTED] = 'm'};
    text_format(file, "<text class=\"%c\" x=\"%.1f\" y=\"%.1f\">", classes[label->ink], label->x,
                label->y + line / 2 + 0.35 * FONT_SIZE);
    append_escaped(file, label->words);
    text_append(file, "</text>\n");
}

void figure_format_svg(const struct curves *curves, const struct figure_axes *axes, struct text *file)
{
    struct arena arena = ARENA_INIT;
    struct figure figure;
    struct figure_request request = picture_request(axes, 1);
    figure_lay_out(&figure, curves, &request, &arena);
    text_format(file, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\">\n",
                request.width, figure.height, request.width, figure.height);
    append_style(file);
    text_append(file, "<rect class=\"b\" width=\"100%\" height=\"100%\"/>\n");
    for (size_t i = 0; i < figure.panel_count; i++) {
        append_axes(file, &figure.panels[i]);
        for (const struct figure_line *line = figure.panels[i].lines; line != NULL; line = line->next)
            append_curve(file, line);
    }
    for (size_t i = 0; i < figure.swatch_count; i++) {
        const struct figure_swatch *swatch = &figure.swatches[i];
        text_format(file, "<path class=\"c c%zu\" style=\"stroke-width:%g\" d=\"M%.1f %.1fh%g\"/>\n",
                    swatch->color % FIGURE_COLORS, 2 * PICTURE_LINE, swatch->x + 2, swatch->y + request.line / 2,
                    request.swatch - 2);
    }
    for (size_t i = 0; i < figure.label_count; i++)
        append_label(file, &figure.labels[i], request.line);
    text_append(file, "</svg>\n");
    arena_finish(&arena);
}
