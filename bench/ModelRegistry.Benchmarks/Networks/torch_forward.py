"""The peer of ForwardComparison: writes a state dict of random weights, or loads it and times the forward pass."""
import sys
import time

import torch
import torchvision

network, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
if len(sys.argv) > 4:
    torch.manual_seed(0)
    torch.save(getattr(torchvision.models, network)().state_dict(), path)
    sys.exit()
model = getattr(torchvision.models, network)()
model.load_state_dict(torch.load(path))
model.eval()
x = torch.linspace(-1, 1, 3 * 224 * 224).reshape(1, 3, 224, 224)
times = []
with torch.inference_mode():
    for _ in range(25):
        start = time.perf_counter()
        model(x)
        times.append((time.perf_counter() - start) * 1000)
times = sorted(times[5:])
print(f"{times[len(times) // 2]:.2f} {times[0]:.2f}")
