"""Seconds of one training step in PyTorch: what bench_step.c does, at PyTorch's best setting.

python3 step.py resnet18|ssd BATCH STEPS default|best

best: channels_last, threads as given by OMP_NUM_THREADS. BENCH_START: when the process was started (seconds since 1970).
"""
import os
import resource
import sys
import time

import torch
from torch.nn import functional
from torchvision.models import resnet18

from ssd_resnet18 import ssd_resnet18


def make(name, batch, best):
    side = 224 if name == "resnet18" else 300
    model = resnet18(num_classes=20) if name == "resnet18" else ssd_resnet18(20)
    images = torch.rand(batch, 3, side, side) * 2 - 1
    if best:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    model.train()
    if name == "resnet18":
        labels = torch.ones(batch, dtype=torch.int64)
        return model, lambda: functional.cross_entropy(model(images), labels)
    boxes = torch.tensor([[40.0, 41, 122, 123], [44, 45, 126, 127], [48, 49, 130, 131]])
    targets = [{"boxes": boxes, "labels": torch.ones(3, dtype=torch.int64)} for _ in range(batch)]
    return model, lambda: sum(model(list(images), targets).values())


def main():
    name, batch, steps, setting = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    model, loss_of = make(name, batch, setting == "best")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    seconds, first = [], time.time() - float(os.environ.get("BENCH_START", time.time()))
    for _ in range(steps):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of().backward()
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("ms %.1f peak_mib %.0f first_s %.3f" % (sorted(seconds)[steps // 2] * 1e3, peak, first))


main()
