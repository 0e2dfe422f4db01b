"""Trains torchvision's SSD on ResNet18 on BCCD as configs/bccd_detect.yaml says, and measures it: the rival of that config.

    python train_bccd.py --data BCCD.tar --seed 1 --epochs 20 --threads 2
"""

import argparse
import json
import os
import tarfile
import tempfile
import time
import xml.etree.ElementTree as ElementTree

import torch
from torch.utils.data import DataLoader, Dataset
from torchmetrics.detection import MeanAveragePrecision
from torchvision import tv_tensors
from torchvision.io import ImageReadMode, decode_image
from torchvision.transforms import v2

from ssd_resnet18 import ssd_resnet18

CLASSES = ["RBC", "WBC", "Platelets"]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def transforms(train):
    random = [v2.RandomPhotometricDistort(), v2.RandomHorizontalFlip(), v2.RandomVerticalFlip(),
              v2.SanitizeBoundingBoxes()]
    return v2.Compose((random if train else []) + [
        v2.Resize((300, 300)), v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD)])


class Bccd(Dataset):
    def __init__(self, root, image_set, transform):
        with open(os.path.join(root, "ImageSets/Main", image_set + ".txt"), encoding="utf-8") as file:
            self.names = file.read().split()
        self.root, self.transform = root, transform

    def __len__(self):
        return len(self.names)

    def __getitem__(self, index):
        name = self.names[index]
        image = tv_tensors.Image(decode_image(os.path.join(self.root, "JPEGImages", name + ".jpg"), ImageReadMode.RGB))
        boxes, labels = [], []
        for item in ElementTree.parse(os.path.join(self.root, "Annotations", name + ".xml")).findall("object"):
            box = [float(item.find("bndbox").find(tag).text) for tag in ("xmin", "ymin", "xmax", "ymax")]
            if box[2] > box[0] and box[3] > box[1]:
                boxes.append(box)
                labels.append(CLASSES.index(item.find("name").text) + 1)
        target = {"boxes": tv_tensors.BoundingBoxes(torch.tensor(boxes).reshape(-1, 4), format="XYXY",
                                                    canvas_size=image.shape[-2:]), "labels": torch.tensor(labels)}
        return self.transform(image, target)


def collate(samples):
    return tuple(map(list, zip(*samples)))


def train(model, loader, epochs, warm_up):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, weight_decay=5e-4)
    steps = epochs * len(loader)
    schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [
        torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, warm_up),
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - warm_up)], [warm_up])
    for epoch in range(epochs):
        model.train()
        start, total = time.time(), 0.0
        for images, targets in loader:
            loss = sum(model(images, targets).values())
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch}: loss {total / len(loader):.4f}, {time.time() - start:.1f} s", flush=True)


@torch.no_grad()
def evaluate(model, loader):
    model.eval()
    metric = MeanAveragePrecision(max_detection_thresholds=[1, 10, 100])
    for images, targets in loader:
        metric.update(model(images), targets)
    numbers = metric.compute()
    return {name: round(numbers[name].item(), 5) for name in ("map", "map_50", "map_75")}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="BCCD.tar")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(arguments.data) as archive:
            archive.extractall(folder, filter="data")
        root = os.path.join(folder, "VOCdevkit", "BCCD")
        options = {"batch_size": 8, "collate_fn": collate, "num_workers": arguments.workers}
        model = ssd_resnet18(len(CLASSES)).to(memory_format=torch.channels_last)
        start = time.time()
        loader = DataLoader(Bccd(root, "trainval", transforms(True)), shuffle=True, **options)
        train(model, loader, arguments.epochs, min(74, arguments.epochs * len(loader) // 2))
        seconds = time.time() - start
        numbers = evaluate(model, DataLoader(Bccd(root, "test", transforms(False)), **options))
    print(json.dumps({"seed": arguments.seed, "epochs": arguments.epochs, "seconds": round(seconds, 1), **numbers}))


if __name__ == "__main__":
    main()
