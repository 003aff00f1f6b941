"""What `modelreg verify` is measured against: import, load a ResNet-18 state dict strictly, run it twice, check the output."""
import sys

import torch
import torchvision

model = torchvision.models.resnet18()
model.load_state_dict(torch.load(sys.argv[1]))
model.eval()
x = torch.linspace(-1, 1, 3 * 224 * 224).reshape(1, 3, 224, 224)
with torch.inference_mode():
    first, second = model(x), model(x)
assert torch.isfinite(first).all() and torch.equal(first, second) and first.shape == (1, 1000)
print("passed")
