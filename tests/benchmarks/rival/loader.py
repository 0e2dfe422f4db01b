"""Images per second of torch's DataLoader over torchvision's VOC reading: what bench_loader.c does.

python3 loader.py FOLDER SET WORKERS EPOCHS         FOLDER: .../VOCdevkit/Scenes
"""
import multiprocessing
import os
import sys
import time
import xml.etree.ElementTree as ElementTree

import torch
from torch.utils.data import DataLoader, Dataset
from torchvision import tv_tensors
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms import v2


class Images(Dataset):
    """JPEG by torchvision.io (faster than PIL), boxes from XML, transforms v2."""

    def __init__(self, folder, image_set):
        with open(f"{folder}/ImageSets/Main/{image_set}.txt") as names:
            self.names = names.read().split()
        self.folder = folder
        self.transform = v2.Compose([
            v2.RandomHorizontalFlip(), v2.Resize([300, 300], antialias=True), v2.ToDtype(torch.float32, scale=True),
            v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])])

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        name = self.names[index]
        image = tv_tensors.Image(decode_image(f"{self.folder}/JPEGImages/{name}.jpg", ImageReadMode.RGB))
        root = ElementTree.parse(f"{self.folder}/Annotations/{name}.xml").getroot()
        boxes = [[float(o.find(f"bndbox/{k}").text) for k in ("xmin", "ymin", "xmax", "ymax")]
                 for o in root.findall("object")]
        target = {"boxes": tv_tensors.BoundingBoxes(boxes, format="XYXY", canvas_size=image.shape[-2:])}
        return self.transform(image, target)


def processor_seconds():
    """Of this process and its workers, which are alive: from /proc."""
    ticks = 0
    for process in [multiprocessing.current_process(), *multiprocessing.active_children()]:
        with open(f"/proc/{process.pid}/stat") as stat:
            ticks += sum(int(field) for field in stat.read().rpartition(")")[2].split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


def main():
    folder, image_set, workers, epochs = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(1)
    loader = DataLoader(Images(folder, image_set), batch_size=8, shuffle=True, num_workers=workers,
                        persistent_workers=workers > 0, prefetch_factor=2 if workers > 0 else None,
                        collate_fn=lambda pairs: (torch.stack([p[0] for p in pairs]), [p[1] for p in pairs]))
    count, start, cpu = 0, 0.0, 0.0
    for epoch in range(epochs + 1):
        for images, _ in loader:
            count += len(images)
        if epoch == 0:
            count, start, cpu = 0, time.perf_counter(), processor_seconds()
    print("images_per_s %.1f cpu_ms %.3f" % (count / (time.perf_counter() - start), (processor_seconds() - cpu) * 1e3 / count))


main()
