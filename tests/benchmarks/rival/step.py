"""What a step costs in PyTorch: what bench_step.c measures of lrun.

    python3 step.py MODEL BATCH STEPS train|validate SETTING...

Settings: channels_last, bf16 (autocast), compile (torch.compile); none of them is
PyTorch as it comes. Threads are OMP_NUM_THREADS'. BENCH_START: when the process was started (seconds since 1970).
"""
import contextlib
import os
import resource
import sys
import time

import torch

from models import make


def main():
    name, batch, steps, stage, settings = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:]
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    model, train_loss, validate = make(name, batch, "channels_last" in settings)
    if "compile" in settings:
        model.compile()
    model.train(stage == "train")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)
    autocast = torch.autocast("cpu", torch.bfloat16) if "bf16" in settings else contextlib.nullcontext()
    seconds, first = [], time.time() - float(os.environ.get("BENCH_START", time.time()))
    for _ in range(steps):
        start = time.perf_counter()
        if stage == "train":
            optimizer.zero_grad()
            with autocast:
                loss = train_loss()
            loss.backward()
            optimizer.step()
        else:
            with torch.no_grad(), autocast:
                validate()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("ms %.3f peak_mib %.0f first_s %.3f" % (sorted(seconds)[steps // 2] * 1e3, peak, first))


main()
