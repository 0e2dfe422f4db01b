"""Lightning's trainer.fit on what configs/bccd_detect.yaml trains, with torchvision's loader and transforms.

    python3 lightning_bccd.py --root FOLDER_OF_BCCD --epochs 3 --precision 32-true|bf16-mixed
"""

import argparse
import os
import tempfile

import lightning
import torch
from torch.utils.data import DataLoader
from torchmetrics.detection import MeanAveragePrecision

from ssd_resnet18 import ssd_resnet18
from train_bccd import CLASSES, Bccd, collate, transforms


class Detector(lightning.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = ssd_resnet18(len(CLASSES)).to(memory_format=torch.channels_last)
        self.metric = MeanAveragePrecision(max_detection_thresholds=[1, 10, 100])

    def training_step(self, batch, _):
        images, targets = batch
        loss = sum(self.model(images, targets).values())
        self.log("train_loss", loss, prog_bar=True, batch_size=len(images))
        return loss

    def validation_step(self, batch, _):
        images, targets = batch
        self.metric.update([{key: value.float() if value.is_floating_point() else value for key, value in found.items()}
                            for found in self.model(images)], targets)

    def on_validation_epoch_end(self):
        self.log("val_map_50", self.metric.compute()["map_50"])
        self.metric.reset()

    def configure_optimizers(self):
        optimizer = torch.optim.SGD(self.parameters(), lr=0.02, momentum=0.9, weight_decay=5e-4)
        steps = int(self.trainer.estimated_stepping_batches)
        schedule = torch.optim.lr_scheduler.SequentialLR(optimizer, [
            torch.optim.lr_scheduler.LinearLR(optimizer, 0.01, 1.0, min(74, steps // 2)),
            torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(1, steps - 74))], [min(74, steps // 2)])
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", required=True)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--precision", default="32-true")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    lightning.seed_everything(1)
    options = {"batch_size": 8, "collate_fn": collate, "num_workers": arguments.workers}
    train = DataLoader(Bccd(arguments.root, "trainval", transforms(True)), shuffle=True, **options)
    validation = DataLoader(Bccd(arguments.root, "test", transforms(False)), **options)
    with tempfile.TemporaryDirectory() as folder:
        trainer = lightning.Trainer(
            accelerator="cpu", max_epochs=arguments.epochs, precision=arguments.precision, gradient_clip_val=5,
            default_root_dir=folder, callbacks=[lightning.pytorch.callbacks.ModelCheckpoint(monitor="val_map_50", mode="max")])
        trainer.fit(Detector(), train, validation)


if __name__ == "__main__":
    main()
