"""The models of tests/benchmarks/configs/ in PyTorch and torchvision, and a batch of noise for each."""

import torch
from torch import nn
from torch.nn import functional
from torchvision import models
from torchvision.models.detection import ssd300_vgg16, ssdlite320_mobilenet_v3_large

from ssd_resnet18 import ssd_resnet18


class SmallCnn(nn.Sequential):
    """components/backbones/simple_cnn.c with channels [8, 16], a mean over all pixels and a linear layer."""

    def __init__(self, channels=(8, 16), classes=10):
        layers, before = [], 1
        for after in channels:
            layers += [nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True),
                       nn.MaxPool2d(2)]
            before = after
        super().__init__(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, classes))


# name: the model, channels and side of its images, whether it detects
MODELS = {
    "resnet18": (lambda: models.resnet18(num_classes=1000), 3, 224, False),
    "resnet50": (lambda: models.resnet50(num_classes=1000), 3, 224, False),
    "mobilenet_v3_large": (lambda: models.mobilenet_v3_large(num_classes=1000), 3, 224, False),
    "small_cnn": (SmallCnn, 1, 28, False),
    "ssd_resnet18": (lambda: ssd_resnet18(20), 3, 300, True),
    "ssd_resnet50": (lambda: ssd_resnet18(20, resnet=models.resnet50), 3, 300, True),
    "ssd300_vgg16": (lambda: ssd300_vgg16(weights=None, weights_backbone=None, num_classes=21), 3, 300, True),
    "ssdlite320": (lambda: ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None, num_classes=21), 3, 320,
                   True),
}


def make(name, batch, channels_last, device="cpu"):
    """The model, and functions that give the loss of a batch in training and run one for validation."""
    create, channels, side, detects = MODELS[name]
    model, images = create().to(device), torch.rand(batch, channels, side, side, device=device)
    if channels_last:
        model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
    if not detects:
        labels = torch.ones(batch, dtype=torch.int64, device=device)
        return model, lambda: functional.cross_entropy(model(images), labels), lambda: model(images)
    boxes = torch.tensor([[40.0, 41, 122, 123], [44, 45, 126, 127], [48, 49, 130, 131]], device=device)
    targets = [{"boxes": boxes, "labels": torch.ones(3, dtype=torch.int64, device=device)} for _ in range(batch)]
    return model, lambda: sum(model(list(images), targets).values()), lambda: model(list(images))
