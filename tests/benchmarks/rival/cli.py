"""cli.py: Lightning's command line on its own demonstration model: what LightningCLI costs before anything is trained."""
from lightning.pytorch.cli import LightningCLI
from lightning.pytorch.demos.boring_classes import BoringDataModule, DemoModel

LightningCLI(DemoModel, BoringDataModule)
