/* main.c: argv becomes a verb; the verb's error is printed here and nowhere else; its code is the exit status. */
#include <stdio.h>

#include "build_config.h"

int main(void)
{
    puts("lrun " LRUN_VERSION);
    return 0;
}
