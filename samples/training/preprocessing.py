"""From a grey byte image to the network's input, in the terms of a manifest.

resize  shorter side in pixels, bilinear, half-pixel centres (PyTorch's align_corners=False)
crop    centre crop in pixels
mean, std  one value per channel: (byte / 255 - mean) / std
layout  NCHW
"""

import numpy as np
import torch
from torch.nn import functional

# Of the 8,000 training images, to four decimals.
MEAN, STD = 0.1310, 0.3086

# Standard deviation of the Gaussian noise that the U-Net learns to remove, in grey levels.
NOISE = 76.5
HELD_OUT_NOISE_SEED = 20172


def describe(architecture: str, size: int) -> dict:
    """The `preprocessing` of the model's manifest."""
    # The U-Net gives a picture back, in the same 0..1 as it takes one.
    mean, std = (0.0, 1.0) if architecture == "unet" else (MEAN, STD)
    return {"resize": size, "crop": size, "mean": [mean], "std": [std], "layout": "NCHW"}


def apply(images: np.ndarray, preprocessing: dict) -> torch.Tensor:
    """uint8 [N, 28, 28] to float32 [N, 1, size, size]."""
    x = torch.from_numpy(images).unsqueeze(1).to(torch.float32) / 255
    size = preprocessing["resize"]
    if x.shape[-1] != size:
        x = functional.interpolate(x, size=(size, size), mode="bilinear", align_corners=False)
    return (x - preprocessing["mean"][0]) / preprocessing["std"][0]


def add_noise(pictures: torch.Tensor) -> torch.Tensor:
    """Fresh noise for training, on pictures in 0..1; made of whole grey levels, as below."""
    noisy = pictures * 255 + torch.randn_like(pictures) * NOISE
    return noisy.clamp(0, 255).round() / 255


def noisy_held_out(images: np.ndarray) -> np.ndarray:
    """The held-out images with the noise that every U-Net is measured with.

    Clipped and rounded to bytes: a noisy digit is a picture too.
    """
    noise = np.random.RandomState(HELD_OUT_NOISE_SEED).normal(0, NOISE, images.shape)
    return np.rint(np.clip(images + noise, 0, 255)).astype(np.uint8)
