"""The MobileNetV2 of samples/digits as ONNX and as TorchScript, each with the metrics, labels and golden output that a registration takes.

usage: export.py OUTPUT
"""
import json
import os
import shutil
import sys
import zipfile

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLE = os.path.join(HERE, "..", "digits", "mobilenet_v2")
sys.path.insert(0, os.path.join(HERE, "..", "training"))
sys.dont_write_bytecode = True
import networks  # noqa: E402

with open(os.path.join(SAMPLE, "training.json")) as file:
    training = json.load(file)
network = networks.create(training["architecture"], training["hyperparameters"]["width"])
network.load_state_dict(torch.load(os.path.join(SAMPLE, "digits-mobilenet_v2.pth"), map_location="cpu"))
network.eval()


def folder(name):
    path = os.path.join(sys.argv[1], name)
    os.makedirs(path, exist_ok=True)
    for part in ("labels.txt", "metrics.json", "sample-input.npy", "expected-output.npy"):
        shutil.copy(os.path.join(SAMPLE, part), path)
    return path


axes = {"x": {0: "batch"}, "logits": {0: "batch"}}
torch.onnx.export(network, torch.zeros(1, 1, 28, 28), os.path.join(folder("digits-onnx"), "digits.onnx"), input_names=["x"], output_names=["logits"], dynamic_axes=axes, opset_version=13)

traced = os.path.join(folder("digits-torchscript"), "digits.pt")
torch.jit.trace(network, torch.zeros(1, 1, 28, 28)).save(traced + ".tmp")
# Without the places in source files, which name the folders of the machine that exported.
with zipfile.ZipFile(traced + ".tmp") as source, zipfile.ZipFile(traced, "w") as target:
    for entry in source.infolist():
        if not entry.filename.endswith(".debug_pkl"):
            target.writestr(entry, source.read(entry))
os.remove(traced + ".tmp")
