"""Training steps of Purser against eager PyTorch in Python at its best: channels_last, fused AdamW,
images kept as bytes. The same model, weights, batch, threads and machine; the same library under
both. First both take eight steps on the same samples and must agree on the losses; then rounds of
both, interleaved, each in a process of its own, and the ratio of their medians with its spread.

usage: train_vs_eager.py PROGRAM DEPS [ROUNDS [SECONDS]]

PROGRAM is train_steps; DEPS the folder in which deps/fetch.sh put torch. What torch's Python half
needs besides (deps/bench.txt) goes into DEPS/bench-venv, made here once.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import venv

NEEDS = pathlib.Path(__file__).resolve().parent.parent / "deps" / "bench.txt"

EAGER = r"""
import array, gzip, json, resource, sys, time
import torch
import torch.nn.functional as F

batch, seconds, weights = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
torch.set_num_threads(int(sys.argv[4]))
folder = "/usr/share/datasets/fashion-mnist/"
pixels = torch.frombuffer(bytearray(gzip.open(folder + "train-images-idx3-ubyte.gz").read()[16:]), dtype=torch.uint8)
pixels = pixels.view(-1, 1, 28, 28)
labels = torch.frombuffer(bytearray(gzip.open(folder + "train-labels-idx1-ubyte.gz").read()[8:]), dtype=torch.uint8).long()

model = torch.nn.Sequential(
    torch.nn.Conv2d(1, 32, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(32, 64, 3, padding=1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Flatten(), torch.nn.Linear(3136, 10)).to(memory_format=torch.channels_last)
with torch.no_grad():
    flat = torch.frombuffer(bytearray(open(weights, "rb").read()), dtype=torch.float32)
    for parameter in model.parameters():
        parameter.copy_(flat[: parameter.numel()].view(parameter.shape))
        flat = flat[parameter.numel():]
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2, fused=True)

def step(index):
    x = pixels[index].float().div_(255).contiguous(memory_format=torch.channels_last)
    loss = F.cross_entropy(model(x), labels[index])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss

losses, times, per_cpu_second = [], [], 0
if seconds == 0:
    for i in range(8):
        losses.append(step(torch.arange(i * batch, (i + 1) * batch) % len(labels)).item())
else:
    order = torch.randperm(len(labels))
    at = 0
    for warm_up in range(3):
        step(order[:batch])
    cpu_began, total = time.process_time(), 0.0
    while total < seconds:
        if at + batch > len(order):
            order, at = torch.randperm(len(labels)), 0
        began = time.perf_counter()
        step(order[at : at + batch]).item()
        times.append(time.perf_counter() - began)
        total += times[-1]
        at += batch
    per_cpu_second = batch * len(times) / (time.process_time() - cpu_began)
    times.sort()
rate = lambda place: batch / times[place] if times else 0
print(json.dumps({"median": rate(len(times) // 2), "best": rate(len(times) // 10), "losses": losses,
                  "per_cpu_second": per_cpu_second, "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def python_with_torch(deps):
    folder = deps / "bench-venv"
    python = folder / "bin" / "python3"
    site = (deps / "torch").resolve()
    env = {**os.environ, "PYTHONPATH": str(site)}
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", NEEDS], check=True)
    return python, env


def main():
    program, deps = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    seconds = sys.argv[4] if len(sys.argv) > 4 else "4"
    threads = len(os.sched_getaffinity(0))
    python, env = python_with_torch(deps)
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        weights = folder + "/weights"

        def ours(batch, run_seconds, memory_mib):
            words = [program, str(batch), run_seconds, str(memory_mib), weights]
            return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

        def eager(batch, run_seconds):
            words = [python, "-c", EAGER, str(batch), run_seconds, weights, str(threads)]
            return json.loads(subprocess.run(words, check=True, capture_output=True, text=True, env=env).stdout)

        for batch, memory_mib, wanted in ((128, 64, 1.0), (1024, 64, 1.3)):
            a, b = ours(batch, "0", 0), eager(batch, "0")
            worst = max(abs(x - y) / y for x, y in zip(a["losses"], b["losses"], strict=True))
            print(f"batch {batch}: losses of 8 steps agree to {worst:.1e}")
            if not worst < 2e-3:
                sys.exit(f"the answers differ: {a['losses']} and {b['losses']}")
            ratios, cpu_ratios, memory, lines = [], [], [], []
            for _ in range(rounds):
                a, b = ours(batch, seconds, memory_mib), eager(batch, seconds)
                ratios.append(a["median"] / b["median"])
                cpu_ratios.append(a["per_cpu_second"] / b["per_cpu_second"])
                memory.append(a["rss_mib"] / b["rss_mib"])
                lines.append((a, b))
            a, b = sorted(lines, key=lambda pair: pair[0]["median"] / pair[1]["median"])[len(lines) // 2]
            ratio, rss = statistics.median(ratios), statistics.median(memory)
            print(
                f"batch {batch}: {ratio:.2f} x eager ({min(ratios):.2f} to {max(ratios):.2f}, wanted {wanted}): "
                f"{a['median']:.0f} against {b['median']:.0f} samples/s; micro-batch {a['micro_batch']}"
            )
            print(
                f"batch {batch}: {statistics.median(cpu_ratios):.2f} x eager by processor time "
                f"({min(cpu_ratios):.2f} to {max(cpu_ratios):.2f})"
            )
            print(
                f"batch {batch}: memory {rss:.2f} x ({a['rss_mib']} against {b['rss_mib']} MiB, wanted 0.6); "
                f"tensors {a['peak_tensor_mib']:.1f} of {memory_mib} MiB"
            )
            failed = failed or ratio < wanted or rss > 0.6 or a["peak_tensor_mib"] > memory_mib
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
