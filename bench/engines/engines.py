"""Cold verifications and forward passes by each engine, in turn in one run. Needs the hosts built in Release, python3 with torch and torchvision, and a modelreg.

usage: engines.py MODELREG CACHE [ROUNDS]

MODELREG  the native command
CACHE     its MODELREG_CACHE, with both engines installed ('modelreg engine add')

Each model is run for WARM_SECONDS (2) before it is measured. Seven rounds, the default, take some five minutes.
"""
import base64
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import torch
import torchvision

MODELREG, CACHE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 7
WARM = float(os.environ.get("WARM_SECONDS", "2"))
ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
NETWORKS = ("resnet18", "mobilenet_v2", "densenet121")
HOSTS = {"managed": "Verification", "torchsharp": "Engine.TorchSharp", "onnxruntime": "Engine.OnnxRuntime"}


def environment(threads):
    """As the product starts its children."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "DOTNET_ROOT", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": str(threads), "ONEDNN_MAX_CPU_ISA": "AVX2", "DOTNET_TieredPGO": "0", "DOTNET_gcServer": "0", "DOTNET_NOLOGO": "1"}


class Served:
    def __init__(self, engine, folder, network, threads):
        project = "ModelRegistry." + HOSTS[engine]
        installed = [root for root, _, files in os.walk(os.path.join(CACHE, "engines")) if project + ".runtimeconfig.json" in files]
        program = os.path.join(installed[0] if installed else os.path.join(ROOT, "src", project, "bin", "Release", "net10.0"), project + ".dll")
        self.process = subprocess.Popen(["dotnet", program, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(threads))
        onnx = engine == "onnxruntime"
        load = {"protocol": 1, "weights": os.path.join(folder, network + (".onnx" if onnx else ".pth")), "engine": engine, "threads": threads, "memoryLimit": 4 << 30}
        load.update({"format": "onnx"} if onnx else {"format": "pytorch-state-dict", "architecture": network})
        self.input = self.ask({"load": load})["loaded"]["inputs"][0]["name"]

    def ask(self, message):
        data = json.dumps({"id": 1, **message}).encode()
        self.process.stdin.write(struct.pack("<i", len(data)) + data)
        self.process.stdin.flush()
        (length,) = struct.unpack("<i", self.process.stdout.read(4))
        answer = json.loads(self.process.stdout.read(length))
        if answer.get("failure"):
            raise SystemExit(answer["failure"])
        return answer

    def run(self, batch):
        shape = [batch, 3, 224, 224]
        values = numpy.linspace(-1, 1, int(numpy.prod(shape)), dtype=numpy.float32)
        tensor = {"name": self.input, "dtype": "float32", "shape": shape, "data": base64.b64encode(values.tobytes()).decode()}
        return self.ask({"run": {"inputs": [tensor], "top": 1}})["result"]["timings"]["run"]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def export(folder):
    torch.manual_seed(20171)
    for network in NETWORKS:
        module = getattr(torchvision.models, network)().eval()
        torch.save(module.state_dict(), os.path.join(folder, network + ".pth"))
        torch.onnx.export(module, torch.zeros(1, 3, 224, 224), os.path.join(folder, network + ".onnx"), input_names=["x"], dynamic_axes={"x": {0: "batch"}}, opset_version=13)


def cold(folder):
    environ = {**os.environ, "MODELREG_CACHE": CACHE}
    registry = os.path.join(folder, "registry")
    os.makedirs(registry)

    def modelreg(*arguments):
        subprocess.run([MODELREG, *arguments], cwd=registry, env=environ, check=True, stdout=subprocess.DEVNULL)

    modelreg("init", "--no-commit")
    modelreg("register", "--name", "dict", "--file", os.path.join(folder, "resnet18.pth"), "--architecture", "resnet18", "--input-shape", "-1x3x224x224", "--no-commit")
    modelreg("register", "--name", "graph", "--file", os.path.join(folder, "resnet18.onnx"), "--no-commit")
    runs = {engine: (lambda engine=engine: modelreg("verify", "graph" if engine == "onnxruntime" else "dict", "--engine", engine, "--no-record")) for engine in HOSTS}
    peer = os.path.join(ROOT, "bench", "peers", "torch_verify.py")
    runs["PyTorch"] = lambda: subprocess.run([sys.executable, peer, os.path.join(folder, "resnet18.pth")], check=True, stdout=subprocess.DEVNULL)
    times = {name: [] for name in runs}
    for _ in range(ROUNDS + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            times[name].append(1000 * (time.perf_counter() - start))
    print("| cold verification of ResNet-18, whole process | median ms |\n|---|---|")
    for name, all_times in times.items():
        print(f"| {name} | {statistics.median(all_times[1:]):.0f} |")


def warm(model, batch):
    """Until compilers have compiled and allocators have what they need: by time, because they work in the background."""
    start, count = time.perf_counter(), 0
    while count < 5 or time.perf_counter() - start < WARM:
        model.run(batch)
        count += 1


def forward(folder):
    print("\n| forward, 224×224 | batch | threads | " + " | ".join(f"{engine} ms" for engine in HOSTS) + " | managed to ONNX Runtime | managed, one thread to two |")
    print("|---|---:|---:|" + "---:|" * (len(HOSTS) + 2))
    for network in NETWORKS:
        alone = {}
        for threads in (1, 2):
            served = {engine: Served(engine, folder, network, threads) for engine in HOSTS}
            for batch in (1, 8):
                for model in served.values():
                    warm(model, batch)
                times = {engine: [] for engine in HOSTS}
                for _ in range(3 * ROUNDS if batch == 1 else ROUNDS):
                    for engine, model in served.items():
                        times[engine].append(model.run(batch))
                medians = {engine: statistics.median(values) for engine, values in times.items()}
                alone.setdefault(batch, medians["managed"])
                gain = f"{alone[batch] / medians['managed']:.2f} ×" if threads == 2 else ""
                figures = " | ".join(f"{medians[engine]:.1f}" for engine in HOSTS)
                print(f"| {network} | {batch} | {threads} | {figures} | {medians['managed'] / medians['onnxruntime']:.2f} × | {gain} |", flush=True)
            for model in served.values():
                model.end()


with tempfile.TemporaryDirectory() as scratch:
    import warnings

    warnings.filterwarnings("ignore")
    export(scratch)
    cold(scratch)
    forward(scratch)
