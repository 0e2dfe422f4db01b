/* signals.c: the user's wish to stop. */
#include "runner/train/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t received;

static void signals_handle(int number)
{
    if (received != 0)
        _exit(128 + number);
    received = number;
}

void signals_install(void)
{
    struct sigaction action = {.sa_handler = signals_handle, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    /* A peer that went away and a file above the user's limit are errors of write, not the end of the process. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

int signals_received(void)
{
    return received;
}

void signals_forget(void)
{
    received = 0;
}

enum error_code signals_error_code(void)
{
    return received == SIGINT ? ERROR_INTERRUPTED : ERROR_TERMINATED;
}

bool signals_set_code(struct error *error)
{
    if (error->code == ERROR_INTERRUPTED && received != 0)
        error->code = signals_error_code();
    return false;
}
