"""What a step costs in PyTorch: what bench_step.c measures of lrun.

    python3 step.py MODEL BATCH STEPS train|validate SETTING...

Settings: channels_last, bf16 (autocast), compile (torch.compile), parts (of a detector only backbone and head are compiled); none
of them is PyTorch as it comes. On a GPU: cuda, and there graph (the whole step is recorded and replayed), reduce_overhead and
max_autotune (torch.compile's modes). Threads are OMP_NUM_THREADS'. BENCH_START: when the process was started (seconds since 1970).
"""
import contextlib
import os
import resource
import sys
import time

import torch

from models import make

# Steps between two waits for a GPU; the first of them, which compile and record, are not counted.
TOGETHER = 5
MIB = 1 << 20


def compile_model(model, settings):
    modes = [mode for mode in ("reduce-overhead", "max-autotune") if mode.replace("-", "_") in settings]
    if modes or "compile" in settings:
        for part in [model.backbone, model.head] if "parts" in settings else [model]:
            part.compile(mode=modes[0] if modes else None)


def record(step):
    """Replays what a step does on the GPU."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def time_on_gpu(step, steps):
    """The median of milliseconds per step, and the GPU's memory: most that tensors had, and all that is not free."""
    seconds = []
    for _ in range(max(1, steps // TOGETHER) + 1):
        start = time.perf_counter()
        for _ in range(TOGETHER):
            step()
        torch.cuda.synchronize()
        seconds.append((time.perf_counter() - start) / TOGETHER)
    free, total = torch.cuda.mem_get_info()
    return sorted(seconds[1:])[len(seconds[1:]) // 2], " gpu_mib %.0f gpu_all_mib %.0f" % (
        torch.cuda.max_memory_allocated() / MIB, (total - free) / MIB)


def time_on_cpu(step, steps):
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[steps // 2], ""


def main():
    name, batch, steps, stage, settings = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:]
    device = "cuda" if "cuda" in settings else "cpu"
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    torch.backends.cudnn.benchmark = True
    model, train_loss, validate = make(name, batch, "channels_last" in settings, device)
    compile_model(model, settings)
    model.train(stage == "train")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9, fused=device == "cuda" or None)

    def autocast():
        return torch.autocast(device, torch.bfloat16) if "bf16" in settings else contextlib.nullcontext()

    def train():
        optimizer.zero_grad()
        with autocast():
            loss = train_loss()
        loss.backward()
        optimizer.step()

    def evaluate():
        with torch.no_grad(), autocast():
            validate()

    step = train if stage == "train" else evaluate
    if "graph" in settings:
        step = record(step)
    first = time.time() - float(os.environ.get("BENCH_START", time.time()))
    seconds, memory = (time_on_gpu if device == "cuda" else time_on_cpu)(step, steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("ms %.3f peak_mib %.0f first_s %.3f%s" % (seconds * 1e3, peak, first, memory))


main()
