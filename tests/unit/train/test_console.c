/* test_console.c: the progress bar as text. */
#include "runner/train/console.h"
#include "tests/unit/unit.h"

static void expect(struct bar bar, int width, bool ascii, const char *wanted)
{
    struct text text = TEXT_INIT;
    bar_format(&bar, width, ascii, &text);
    ck_assert_str_eq(text_string(&text), wanted);
    text_finish(&text);
}

START_TEST(test_a_bar_has_tqdms_form)
{
    struct bar bar = {"Epoch 3/49", 126, 300, 0, 29.65, "loss=3.22, v_num=0"};
    expect(bar, 120, false, "Epoch 3/49:  42%|████▏     | 126/300 [00:29<00:40, 4.25it/s, loss=3.22, v_num=0]");
    expect(bar, 120, true, "Epoch 3/49:  42%|####      | 126/300 [00:29<00:40, 4.25it/s, loss=3.22, v_num=0]");
}
END_TEST

START_TEST(test_a_slow_bar_says_seconds_per_step)
{
    struct bar bar = {"Validation", 2, 1000, 0, 5, NULL};
    expect(bar, 120, true, "Validation:   0%|          | 2/1000 [00:05<41:35, 2.50s/it]");
    bar.seconds = 8000;
    expect(bar, 120, true, "Validation:   0%|          | 2/1000 [2:13:20<1108:53:20, 4000.00s/it]");
}
END_TEST

START_TEST(test_a_bar_that_just_began_knows_no_speed)
{
    struct bar bar = {"Epoch 0", 40, 100, 40, 0.5, NULL};
    expect(bar, 120, true, "Epoch 0:  40%|####      | 40/100 [00:00<?, ?it/s]");
}
END_TEST

START_TEST(test_a_bar_is_cut_to_the_terminal_between_characters)
{
    struct bar bar = {"Epoch 3/49", 126, 300, 0, 29.65, NULL};
    expect(bar, 20, false, "Epoch 3/49:  42%|███");
    bar.done = 300;
    expect(bar, 28, false, "Epoch 3/49: 100%|██████████|");
}
END_TEST

UNIT_MAIN("console", test_a_bar_has_tqdms_form, test_a_slow_bar_says_seconds_per_step,
          test_a_bar_that_just_began_knows_no_speed, test_a_bar_is_cut_to_the_terminal_between_characters)
