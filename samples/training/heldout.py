#!/usr/bin/env python3
"""Writes samples/digits/heldout, and checks the trained samples against it.

python3 heldout.py          writes the held-out images, labels, pictures and predictions
python3 heldout.py --check  writes nothing; exits with 1 where a checkpoint does not give
                            the metrics, golden outputs or predictions that stand beside it
"""

import argparse
import json
import os
import sys

import numpy as np
import torch
from PIL import Image

import digits
import networks
import preprocessing
import train

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = os.path.join(os.path.dirname(HERE), "digits")
HELD_OUT = os.path.join(SAMPLES, "heldout")
CLASSIFIERS = ["resnet18-baseline", "resnet18-improved", "mobilenet_v2", "densenet121"]
DENOISERS = ["unet"]

PICTURES_PER_DIGIT = 2
NOISY_PICTURES = 4
EXTRA_PICTURES = 4

# Between two machines the sums of a convolution are rounded in another order.
TOLERANCE = 1e-4


class Sample:
    """A trained checkpoint of samples/digits, loaded with every key accounted for."""

    def __init__(self, name: str):
        self.folder = os.path.join(SAMPLES, name)
        self.training = self.json("training.json")
        self.metrics = self.json("metrics.json")
        architecture = self.training["architecture"]
        self.network = networks.create(architecture, self.training["hyperparameters"]["width"])
        weights = torch.load(os.path.join(self.folder, f"digits-{architecture}.pth"))
        self.network.load_state_dict(weights, strict=True)

    def json(self, name: str) -> dict:
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file)

    def array(self, name: str) -> np.ndarray:
        return np.load(os.path.join(self.folder, name))

    def run(self, images: np.ndarray) -> torch.Tensor:
        x = preprocessing.apply(images, self.training["preprocessing"])
        return train.outputs(self.network, x)


def problems(name: str, sample: Sample, metrics: dict) -> list:
    found = []
    for metric, value in metrics.items():
        if abs(sample.metrics[metric] - value) > TOLERANCE * max(1, abs(value)):
            found.append(f"{name}: {metric} is {value}, metrics.json says {sample.metrics[metric]}")
    expected = sample.array("expected-output.npy")
    actual = train.outputs(sample.network, torch.from_numpy(sample.array("sample-input.npy"))).numpy()
    worst = np.abs(actual - expected).max() / np.abs(expected).max()
    if not worst <= TOLERANCE:
        found.append(f"{name}: expected-output.npy differs by {worst:.2e}")
    return found


def choose_pictures(labels: np.ndarray, predictions: dict) -> list:
    """The first images of each digit, and the first that only the better ResNet gets right."""
    chosen = []
    for digit in range(10):
        chosen.extend(np.flatnonzero(labels == digit)[:PICTURES_PER_DIGIT])
    better = (predictions["resnet18-baseline"] != labels) & (
        predictions["resnet18-improved"] == labels
    )
    extra = [index for index in np.flatnonzero(better) if index not in chosen]
    return sorted(int(index) for index in chosen + extra[:EXTRA_PICTURES])


def write_pictures(folder: str, images: np.ndarray, labels: np.ndarray, indices) -> None:
    os.makedirs(folder, exist_ok=True)
    for index in indices:
        name = f"{labels[index]}-{index:04d}.png"
        Image.fromarray(images[index], mode="L").save(os.path.join(folder, name), optimize=True)


def write_predictions(predictions: dict, labels: np.ndarray) -> None:
    """One model to a line: a string of digits, the predicted class of image i at place i."""
    document = {
        "images": "images.npy",
        "labels": "labels.npy",
        "count": len(labels),
        "models": {
            name: {
                "correct": int((classes == labels).sum()),
                "predictions": "".join(str(c) for c in classes),
            }
            for name, classes in predictions.items()
        },
    }
    train.write_json(os.path.join(HELD_OUT, "predictions.json"), document)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--cache", default=os.path.join(HERE, ".cache"), help="data set folder")
    options = parser.parse_args()
    torch.set_num_threads(train.THREADS)

    held_out = digits.load(options.cache).held_out
    noisy = preprocessing.noisy_held_out(held_out.images)
    predictions, found = {}, []
    for name in CLASSIFIERS:
        sample = Sample(name)
        logits = sample.run(held_out.images)
        predictions[name] = logits.argmax(1).numpy()
        top = logits.topk(2).values
        correct = int((predictions[name] == held_out.labels).sum())
        print(
            f"{name}: {correct} of {len(held_out.labels)} right, "
            f"smallest margin between two classes {(top[:, 0] - top[:, 1]).min():.5f}"
        )
        found += problems(name, sample, train.classification_metrics(logits, held_out.labels))
    for name in DENOISERS:
        sample = Sample(name)
        metrics = train.denoising_metrics(sample.run(noisy), held_out.images)
        before = train.denoising_metrics(torch.from_numpy(noisy).unsqueeze(1) / 255, held_out.images)
        print(f"{name}: psnr {metrics['psnr']:.2f} dB, {before['psnr']:.2f} dB before")
        found += problems(name, sample, metrics)

    if options.check:
        with open(os.path.join(HELD_OUT, "predictions.json"), encoding="utf-8") as file:
            stored = json.load(file)
        for name, classes in predictions.items():
            if "".join(str(c) for c in classes) != stored["models"][name]["predictions"]:
                found.append(f"{name}: predictions.json differs")
        if not np.array_equal(np.load(os.path.join(HELD_OUT, "images.npy")), held_out.images):
            found.append("heldout/images.npy is not the held-out split")
        if not np.array_equal(np.load(os.path.join(HELD_OUT, "labels.npy")), held_out.labels):
            found.append("heldout/labels.npy is not the held-out split")
    elif not found:
        os.makedirs(HELD_OUT, exist_ok=True)
        np.save(os.path.join(HELD_OUT, "images.npy"), held_out.images)
        np.save(os.path.join(HELD_OUT, "labels.npy"), held_out.labels)
        write_predictions(predictions, held_out.labels)
        chosen = choose_pictures(held_out.labels, predictions)
        write_pictures(HELD_OUT, held_out.images, held_out.labels, chosen)
        write_pictures(
            os.path.join(HELD_OUT, "noisy"), noisy, held_out.labels, range(NOISY_PICTURES)
        )
        print(f"wrote {len(chosen)} pictures of digits and {NOISY_PICTURES} noisy ones")

    for problem in found:
        print(f"error: {problem}", file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
