"""torchvision's SSD on a ResNet (18 unless said) with further maps: the model of components/models/ssd.c, name for name.

A state dict of one is a state dict of the other.
"""

from collections import OrderedDict

from torch import nn
from torchvision.models import resnet18
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.ssd import SSD, SSDHead, _xavier_init

SCALES = [0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05]
RATIOS = [[2], [2, 3], [2, 3], [2, 3], [2], [2]]


def extra_map(channels_in, channels):
    return nn.Sequential(
        nn.Conv2d(channels_in, channels // 2, 1, bias=False), nn.BatchNorm2d(channels // 2), nn.ReLU(inplace=True),
        nn.Conv2d(channels // 2, channels, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(channels), nn.ReLU(inplace=True))


class Backbone(nn.Module):
    """A ResNet's layer2, layer3 and layer4, then maps that are each half as large."""

    def __init__(self, extra_maps=3, extra_channels=256, resnet=resnet18):
        super().__init__()
        whole = resnet(weights=None)
        for name, module in whole.named_children():
            if name not in ("avgpool", "fc"):
                self.add_module(name, module)
        last = whole.fc.in_features
        self.out_channels = [last // 4, last // 2, last] + [extra_channels] * extra_maps
        self.extra = nn.ModuleList(
            extra_map(last if i == 0 else extra_channels, extra_channels) for i in range(extra_maps))
        for layer in self.extra:
            _xavier_init(layer)

    def forward(self, x):
        x = self.layer1(self.maxpool(self.relu(self.bn1(self.conv1(x)))))
        maps = [self.layer2(x)]
        maps.append(self.layer3(maps[-1]))
        maps.append(self.layer4(maps[-1]))
        for layer in self.extra:
            maps.append(layer(maps[-1]))
        return OrderedDict((str(i), m) for i, m in enumerate(maps))


def ssd_resnet18(num_classes, size=(300, 300), extra_maps=3, resnet=resnet18, **arguments):
    """`num_classes` does not count the background. Images come normalised and at `size`."""
    maps = 3 + extra_maps
    backbone = Backbone(extra_maps, resnet=resnet)
    boxes = DefaultBoxGenerator(RATIOS[:maps], scales=SCALES[: maps + 1])
    head = SSDHead(backbone.out_channels, boxes.num_anchors_per_location(), num_classes + 1)
    return SSD(backbone, boxes, size, num_classes + 1, image_mean=[0, 0, 0], image_std=[1, 1, 1], head=head, **arguments)
