"""The four networks, narrow and with one grey input channel.

Parameter names and layer order are torchvision's (resnet18, mobilenet_v2, densenet121);
only widths, input channels and the number of classes differ, and those can be read from
the tensors' shapes. `--width` means for each what its paper or torchvision calls width:

resnet18      channels of the first stage            torchvision: 64
mobilenet_v2  width multiplier                       torchvision: 1.0
densenet121   growth rate (initial features: twice)  torchvision: 32
unet          channels of the first level            Ronneberger et al.: 64
"""

import torch
from torch import nn
from torchvision.models import DenseNet, MobileNetV2, ResNet
from torchvision.models.resnet import BasicBlock


class NarrowResNet(ResNet):
    """torchvision's ResNet with all its widths scaled by width / 64."""

    def __init__(self, layers, width, in_channels, num_classes):
        self._width = width
        super().__init__(BasicBlock, layers, num_classes=num_classes)
        self.conv1 = _stem(nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False))
        self.bn1 = nn.BatchNorm2d(width)
        self.fc = nn.Linear(8 * width, num_classes)

    def _make_layer(self, block, planes, *args, **kwargs):
        if planes == 64:
            self.inplanes = self._width
        return super()._make_layer(block, planes * self._width // 64, *args, **kwargs)


class DoubleConv(nn.Module):
    """conv 3x3 - batch norm - relu, twice. No bias: the batch norm has one."""

    def __init__(self, in_channels, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)))


class UNet(nn.Module):
    """U-Net (Ronneberger, Fischer and Brox, 2015) with padded convolutions and batch norm.

    Level i = 1..depth has width * 2^(i-1) channels. Parameter names:

    enc{i}.{conv1,bn1,conv2,bn2}      double conv of level i, then max-pool 2
    bottleneck.{conv1,bn1,conv2,bn2}  double conv below the last level
    up{i}                             ConvTranspose2d 2x2, stride 2, with bias
    dec{i}.{conv1,bn1,conv2,bn2}      double conv of the channels [up{i}, enc{i}]
    head                              1x1 convolution with bias, no activation

    up{i} and dec{i} belong to the skip of enc{i}, so a forward pass runs them from depth
    down to 1. Height and width must be multiples of 2^depth.
    """

    def __init__(self, in_channels, out_channels, width, depth):
        super().__init__()
        self.depth = depth
        channels = in_channels
        for level in range(1, depth + 1):
            self.add_module(f"enc{level}", DoubleConv(channels, width << (level - 1)))
            channels = width << (level - 1)
        self.bottleneck = DoubleConv(channels, width << depth)
        for level in range(depth, 0, -1):
            channels = width << (level - 1)
            self.add_module(f"up{level}", nn.ConvTranspose2d(2 * channels, channels, 2, stride=2))
            self.add_module(f"dec{level}", DoubleConv(2 * channels, channels))
        self.head = nn.Conv2d(width, out_channels, 1)

    def forward(self, x):
        skips = []
        for level in range(1, self.depth + 1):
            skips.append(getattr(self, f"enc{level}")(x))
            x = torch.max_pool2d(skips[-1], 2)
        x = self.bottleneck(x)
        for level in range(self.depth, 0, -1):
            x = getattr(self, f"up{level}")(x)
            x = getattr(self, f"dec{level}")(torch.cat([x, skips[level - 1]], dim=1))
        return self.head(x)


DEFAULT_WIDTH = {"resnet18": 12, "mobilenet_v2": 0.25, "densenet121": 8, "unet": 12}

# DenseNet-121 halves its input five times, the last time with an unpadded average pool:
# 28 pixels would reach zero. The others take the digits as they are.
INPUT_SIZE = {"resnet18": 28, "mobilenet_v2": 28, "densenet121": 32, "unet": 28}

UNET_DEPTH = 2


def create(architecture: str, width: float, classes: int = 10) -> nn.Module:
    if architecture == "resnet18":
        return NarrowResNet([2, 2, 2, 2], int(width), 1, classes)
    if architecture == "mobilenet_v2":
        network = MobileNetV2(num_classes=classes, width_mult=width, dropout=0.1)
        first = network.features[0][0]
        network.features[0][0] = _stem(
            nn.Conv2d(1, first.out_channels, 3, stride=2, padding=1, bias=False)
        )
        return network
    if architecture == "densenet121":
        network = DenseNet(int(width), (6, 12, 24, 16), 2 * int(width), num_classes=classes)
        network.features.conv0 = _stem(
            nn.Conv2d(1, 2 * int(width), 7, stride=2, padding=3, bias=False)
        )
        return network
    if architecture == "unet":
        return UNet(1, 1, int(width), UNET_DEPTH)
    raise ValueError(f"unknown architecture: {architecture}")


def _stem(conv: nn.Conv2d) -> nn.Conv2d:
    nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
    return conv
