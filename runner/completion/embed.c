/*
 * embed.c: embed OUTPUT FILE...: writes the table of scripts.h from files named lrun.SHELL.
 *
 * A tool of the build, not of the program.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_string(FILE *output, const char *path)
{
    int character, failed;
    FILE *input = fopen(path, "r");
    if (input == NULL)
        return -1;
    fputs("        \"", output);
    while ((character = getc(input)) != EOF)
        if (character == '\n')
            fputs("\\n\"\n        \"", output);
        else
            fprintf(output, strchr("\"\\?", character) != NULL ? "\\%c" : "%c", character);
    fputs("\"", output);
    failed = ferror(input);
    fclose(input);
    return failed;
}

int main(int argc, char **argv)
{
    FILE *output = argc > 2 ? fopen(argv[1], "w") : NULL;
    if (output == NULL) {
        fputs("usage: embed OUTPUT FILE...\n", stderr);
        return 2;
    }
    fputs("#include \"runner/completion/scripts.h\"\n\n", output);
    fputs("const struct completion_script completion_scripts[] = {\n", output);
    for (int i = 2; i < argc; i++) {
        const char *point = strrchr(argv[i], '.');
        fprintf(output, "    {\"%s\",\n", point != NULL ? point + 1 : argv[i]);
        if (write_string(output, argv[i]) != 0) {
            perror(argv[i]);
            return EXIT_FAILURE;
        }
        fputs("},\n", output);
    }
    fputs("    {0, 0},\n};\n", output);
    return fclose(output) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
