#!/usr/bin/env python3
"""Trains a small network on handwritten digits and writes what a registry wants to know.

Needs Python 3.9 or newer with the packages of requirements.txt (Debian: python3-torch,
python3-torchvision, python3-pil), and npm once, to fetch the data set. Runs on the CPU.
"""

import argparse
import json
import os
import platform
import time
from datetime import datetime, timezone

import numpy as np
import torch
import torchvision
from torch import nn
from torch.nn import functional

import digits
import networks
import preprocessing

SAMPLES = 4
THREADS = 2


def arguments() -> argparse.Namespace:
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--architecture", choices=sorted(networks.DEFAULT_WIDTH), default="resnet18")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--width", type=float, help="see networks.py; default: a small one")
    parser.add_argument("--output", help="default: runs/<architecture> beside this script")
    parser.add_argument("--seed", type=int, default=1, help="of weights, order and augmentation")
    parser.add_argument("--subset", type=int, help="train on the first N of the 8,000 images")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--lr", type=float, default=4e-3, help="peak of the one-cycle schedule")
    parser.add_argument("--cache", default=os.path.join(here, ".cache"), help="data set folder")
    options = parser.parse_args()
    if options.epochs < 1:
        parser.error("--epochs must be at least 1")
    if options.subset is not None and options.subset < options.batch:
        parser.error("--subset must be at least one batch")
    if options.width is None:
        options.width = networks.DEFAULT_WIDTH[options.architecture]
    options.width = float(options.width)
    multiplier = options.architecture == "mobilenet_v2"
    if options.width <= 0 or not (multiplier or options.width.is_integer()):
        parser.error("--width must be positive, and whole but for mobilenet_v2")
    options.output = options.output or os.path.join(here, "runs", options.architecture)
    return options


def augment(x: torch.Tensor) -> torch.Tensor:
    """Turns up to 10 degrees, scales by up to 10 % and shifts by up to two pixels."""
    count = len(x)
    angle = (torch.rand(count) * 2 - 1) * (10 * np.pi / 180)
    scale = 1 + (torch.rand(count) * 2 - 1) * 0.1
    shift = (torch.rand(count, 2) * 2 - 1) * (2 * 2 / digits.SIZE)
    theta = torch.zeros(count, 2, 3)
    theta[:, 0, 0] = theta[:, 1, 1] = torch.cos(angle) * scale
    theta[:, 0, 1] = -torch.sin(angle) * scale
    theta[:, 1, 0] = torch.sin(angle) * scale
    theta[:, :, 2] = shift
    grid = functional.affine_grid(theta, x.shape, align_corners=False)
    # Border values, not zeros: after normalisation the background is not zero.
    return functional.grid_sample(x, grid, padding_mode="border", align_corners=False)


def train(network: nn.Module, data: digits.Digits, options, steps: dict) -> None:
    denoising = options.architecture == "unet"
    optimizer = torch.optim.AdamW(network.parameters(), lr=options.lr, weight_decay=1e-2)
    batches = len(data.images) // options.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=options.lr, total_steps=options.epochs * batches
    )
    images = preprocessing.apply(data.images, steps)
    labels = torch.from_numpy(data.labels).long()
    for epoch in range(options.epochs):
        network.train()
        started, total = time.monotonic(), 0.0
        order = torch.randperm(len(images))
        for batch in order[: batches * options.batch].split(options.batch):
            if denoising:
                # No augmentation: resampling would blur the pictures it learns to give back.
                clean = images[batch]
                loss = functional.mse_loss(network(preprocessing.add_noise(clean)), clean)
            else:
                x = augment(images[batch])
                loss = functional.cross_entropy(network(x), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(
            f"epoch {epoch + 1}/{options.epochs}: loss {total / batches:.4f}, "
            f"{time.monotonic() - started:.1f} s",
            flush=True,
        )


@torch.no_grad()
def outputs(network: nn.Module, x: torch.Tensor) -> torch.Tensor:
    network.eval()
    return torch.cat([network(batch) for batch in x.split(200)])


def classification_metrics(logits: torch.Tensor, labels: np.ndarray) -> dict:
    truth = torch.from_numpy(labels).long()
    return {
        "accuracy": (logits.argmax(1) == truth).double().mean().item(),
        "loss": functional.cross_entropy(logits.double(), truth).item(),
    }


def denoising_metrics(pictures: torch.Tensor, clean: np.ndarray) -> dict:
    """mse over all pixels in 0..1; psnr in dB, the mean over the images."""
    truth = torch.from_numpy(clean).unsqueeze(1).double() / 255
    errors = ((pictures.double() - truth) ** 2).mean(dim=(1, 2, 3))
    return {"mse": errors.mean().item(), "psnr": (-10 * torch.log10(errors)).mean().item()}


def write_json(path: str, value: dict) -> None:
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        json.dump(value, file, indent=2)
        file.write("\n")


def main() -> None:
    options = arguments()
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(options.seed)

    training, held_out = digits.load(options.cache)
    if options.subset is not None:
        training = digits.Digits(training.images[: options.subset], training.labels[: options.subset])
    size = networks.INPUT_SIZE[options.architecture]
    steps = preprocessing.describe(options.architecture, size)
    network = networks.create(options.architecture, options.width)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    print(f"{options.architecture}, {parameters:,} parameters, {len(training.images):,} images")

    started = time.monotonic()
    train(network, training, options, steps)
    seconds = time.monotonic() - started

    denoising = options.architecture == "unet"
    pictures = preprocessing.noisy_held_out(held_out.images) if denoising else held_out.images
    x = preprocessing.apply(pictures, steps)
    y = outputs(network, x)
    metrics = (
        denoising_metrics(y, held_out.images)
        if denoising
        else classification_metrics(y, held_out.labels)
    )
    print(f"held out: {', '.join(f'{name} {value:.4f}' for name, value in metrics.items())}")

    os.makedirs(options.output, exist_ok=True)

    def path(name: str) -> str:
        return os.path.join(options.output, name)

    torch.save(network.state_dict(), path(f"digits-{options.architecture}.pth"))
    np.save(path("sample-input.npy"), x[:SAMPLES].numpy())
    np.save(path("expected-output.npy"), outputs(network, x[:SAMPLES]).numpy())
    write_json(path("metrics.json"), metrics)
    if not denoising:
        with open(path("labels.txt"), "w", encoding="utf-8", newline="\n") as file:
            file.writelines(f"{digit}\n" for digit in range(10))
    output = {"name": "image", "dtype": "float32", "shape": [-1, 1, size, size]}
    if not denoising:
        output = {"name": "logits", "dtype": "float32", "shape": [-1, 10]}
    dataset = digits.description()
    write_json(
        path("training.json"),
        {
            "framework": "pytorch",
            "architecture": options.architecture,
            "inputs": [{"name": "x", "dtype": "float32", "shape": [-1, 1, size, size]}],
            "outputs": [output],
            "preprocessing": steps,
            "hyperparameters": {
                "batch": options.batch,
                "epochs": options.epochs,
                "lr": options.lr,
                "optimizer": "adamw",
                "schedule": "one-cycle",
                "seed": options.seed,
                "weightDecay": 0.01,
                "width": int(options.width) if options.width.is_integer() else options.width,
            },
            "dataset": {key: dataset[key] for key in ("name", "version", "digest")},
            "trainedAt": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            # What a registration has no field for is kept as it is.
            "extra": {
                "parameters": parameters,
                "versions": {
                    "python": platform.python_version(),
                    "torch": torch.__version__,
                    "torchvision": torchvision.__version__,
                    "numpy": np.__version__,
                },
                "trainingSeconds": round(seconds, 1),
                "dataset": {
                    **{key: value for key, value in dataset.items() if key not in ("name", "version", "digest")},
                    "trainingImages": len(training.images),
                    "heldOutImages": len(held_out.images),
                },
            },
        },
    )
    print(f"wrote {options.output}")


if __name__ == "__main__":
    main()
