/* transfer.h: one exchange with a server, which brings the rest of a file or says why not. By libcurl. */
#ifndef LRUN_COMPONENTS_DATASETS_TRANSFER_H
#define LRUN_COMPONENTS_DATASETS_TRANSFER_H

#include "components/datasets/download.h"

/** How an exchange ended. */
enum transfer_outcome {
    TRANSFER_DONE,    /* every byte that the server announced is there */
    TRANSFER_RETRY,   /* the network or the server failed: asking again may help */
    TRANSFER_RESTART, /* what is there does not belong to what the server has: ask again from the first byte */
    TRANSFER_FAILED,  /* asking again does not help, or the disk failed, or the user stopped */
};

#define TRANSFER_TAG_BYTES 256

/** What is asked for, and what became of it. */
struct transfer {
    const char *url;
    const struct download_limits *limits;
    struct progress *progress;
    /** Words for the progress: "downloading BCCD.tar". */
    const char *task;
    /** A checksum will be checked, so that http and a body without an announced end can be taken. */
    bool is_checked;
    /** The partial file, open for writing, and how many of its bytes are good. Kept up to date. */
    int descriptor;
    uint64_t offset;
    /** Bytes that the whole file must have; 0: not known. */
    uint64_t expected_size;
    /** Bytes of the whole file as the server announced them; 0: it did not. */
    uint64_t size;
    /** Strong entity tag of what the partial file holds; "" without one. Set from the server's answer. */
    char tag[TRANSFER_TAG_BYTES];
    /** Called when an answer was accepted, before its first byte is written: `size`, `tag` and `offset` are final. */
    bool (*accepted)(const struct transfer *transfer, void *context, struct error *error);
    void *context;
    /** Seconds that the server asks to wait; 0 when it does not. */
    double retry_after;
};

/** Runs the exchange. The error is set unless it is TRANSFER_DONE. */
enum transfer_outcome transfer_run(struct transfer *transfer, struct error *error);

/** Checks that an address is one that may be used. Fails with ERROR_CONFIG. */
bool transfer_check_url(const char *url, bool is_checked, struct error *error);

#endif
