"""Memory of a worker: used again while it trains, handed back between two trainings."""

import os
import resource
import subprocess
import sys

import pytest

SCRIPT = """
import resource, sys
import torch
from workers.memory import free
from workers.proxy import keep_freed_memory

def faults():
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20

if sys.argv[1] == "keep":
    assert keep_freed_memory()
for _ in range(2):
    parts = [torch.ones(2**20) for _ in range(32)]  # 128 MiB in pieces of 4
    parts.clear()
before = faults()
parts = [torch.ones(2**20) for _ in range(32)]
parts.clear()
again, kept = faults() - before, resident()
free()
print(again, kept - resident())
"""


def _run(mode: str) -> tuple[int, float]:
    command = [sys.executable, "-c", SCRIPT, mode]
    settled = {**os.environ, "MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}  # else it moves by itself
    output = subprocess.run(command, capture_output=True, text=True, check=True, env=settled).stdout
    faults, released = output.split()
    return int(faults), float(released)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_freed_memory_is_used_again_and_then_handed_back() -> None:
    """128 MiB are 32,768 pages, each of which faults when it comes fresh from the system."""
    pages = 128 * 2**20 // resource.getpagesize()
    faults, released = _run("keep")
    assert faults < 0.05 * pages
    assert released > 100
    plain, _ = _run("plain")
    assert plain > 0.5 * pages


HEAPS = """
import ctypes, sys, threading
from workers.memory import share_heap

if sys.argv[1] == "share":
    share_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
together = threading.Barrier(4)

def allocate():
    libc.malloc(1000)
    together.wait()  # a heap whose thread has ended is the next one's

threads = [threading.Thread(target=allocate) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.malloc_stats()
"""


def _num_heaps(mode: str) -> int:
    command = [sys.executable, "-c", HEAPS, mode]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    return told.count("Arena ")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator")
def test_threads_that_begin_later_share_a_heap() -> None:
    assert _num_heaps("share") == 1
    assert _num_heaps("own") >= 4
