"""Fastest milliseconds of convolution + ReLU in libtorch: THREADS then IN,OUT,KERNEL,STRIDE,SIZE per argument, one line each."""
import sys
import time

import torch

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)
with torch.no_grad():
    for argument in sys.argv[2:]:
        channels, filters, kernel, stride, size = map(int, argument.split(","))
        layer = torch.nn.Sequential(
            torch.nn.Conv2d(channels, filters, kernel, stride, kernel // 2), torch.nn.ReLU(inplace=True)).eval()
        image = torch.rand(1, channels, size, size) * 2 - 1
        times = []
        until = time.perf_counter() + 0.4
        while len(times) < 10 or time.perf_counter() < until:
            start = time.perf_counter()
            layer(image)
            times.append((time.perf_counter() - start) * 1e3)
        print(min(times))
