"""What GPUs, their drivers and libraries really say, and whose fault that is."""

from __future__ import annotations

import pytest

from nas.runner.failures import FailurePolicy
from workers.failure import Failure, FailureKind

OUT_OF_MEMORY = [
    "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 23.69 GiB of "
    "which 14.94 MiB is free. Process 2389 has 23.67 GiB memory in use.",
    "HIP out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 63.98 GiB",
    "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other "
    "API call, so the stacktrace below might be incorrect.",
    "CUDA driver error: out of memory",
    "HIP error: out of memory",
    "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
    "cusolver error: CUSOLVER_STATUS_ALLOC_FAILED, when calling `cusolverDnCreate(handle)`",
    "hipErrorOutOfMemory",
    "[enforce fail at alloc_cpu.cpp:114] err == 0. DefaultCPUAllocator: can't allocate memory: you "
    "tried to allocate 68719476736 bytes. Error code 12 (Cannot allocate memory)",
]

BROKEN = [
    "CUDA error: device-side assert triggered\nCUDA kernel errors might be asynchronously reported",
    "CUDA error: an illegal memory access was encountered",
    "CUDA error: unspecified launch failure",
    "CUDA error: uncorrectable ECC error encountered",
    "CUDA error: no kernel image is available for execution on the device",
    "CUDA error: all CUDA-capable devices are busy or unavailable",
    "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa, opb, m, n, "
    "k, &alpha, a, lda, b, ldb, &beta, c, ldc)`",
    "CUDA error: CUBLAS_STATUS_NOT_INITIALIZED when calling `cublasCreate(handle)`",
    "cuda runtime error (59) : device-side assert triggered at THCReduceAll.cuh:327",
    "CUDA driver error: device not ready",
    "CUDA driver error: an illegal memory access was encountered",
    "cuDNN error: CUDNN_STATUS_EXECUTION_FAILED",
    "cuDNN error: CUDNN_STATUS_INTERNAL_ERROR\nYou can try to repro this exception using the "
    "following code snippet.",
    "cuDNN error: CUDNN_STATUS_NOT_INITIALIZED",
    "Unable to find a valid cuDNN algorithm to run convolution",
    "GET was unable to find an engine to execute this computation",
    "cusolver error: CUSOLVER_STATUS_INTERNAL_ERROR, when calling `cusolverDnCreate(handle)`. This "
    "error may appear if the input matrix contains NaN.",
    "cuSOLVER error: CUSOLVER_STATUS_EXECUTION_FAILED",
    "cuFFT error: CUFFT_INTERNAL_ERROR",
    "CURAND error: CURAND_STATUS_LAUNCH_FAILURE",
    "CUDA error: CUSPARSE_STATUS_INTERNAL_ERROR when calling `cusparseCreate(handle)`",
    "HIP error: an illegal memory access was encountered",
    "HIP error: invalid device function",
    "hipErrorNoBinaryForGpu: Unable to find code object for all current devices!",
    "miopenStatusUnknownError",
    "MIOpen Error: /MIOpen/src/hipoc/hipoc_program.cpp:304: Code object build failed.",
    "rocblas_status_internal_error",
    "HIPBLAS_STATUS_INTERNAL_ERROR when calling `hipblasCreate(handle)`",
    "NCCL Error 2: unhandled system error (run with NCCL_DEBUG=INFO for details)",
    "NCCL error in: ../torch/csrc/distributed/c10d/NCCLUtils.hpp:275, unhandled cuda error",
    "NVML_SUCCESS == r INTERNAL ASSERT FAILED at \"../c10/cuda/CUDACachingAllocator.cpp\":838",
    "No CUDA GPUs are available",
    "No HIP GPUs are available",
    "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU and installed "
    "a driver from http://www.nvidia.com/Download/index.aspx",
    "The NVIDIA driver on your system is too old (found version 11040).",
    "Unexpected error from cudaGetDeviceCount(). Did you run some cuda functions before calling "
    "NumCudaDevices() that might have already set an error? Error 804: forward compatibility",
    "CUDA unknown error - this may be due to an incorrectly set up environment",
]  # fmt: skip

OF_THE_USER = [
    "Expected all tensors to be on the same device, but found at least two, cuda:0 and cpu!",
    "Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same",
    "mat1 and mat2 shapes cannot be multiplied (64x512 and 256x10)",
    "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False.",
    "the channel count (=3) is an error of the hipster's",
    "cannot find cudnn.txt",
    "stack expects each tensor to be equal size",
]


@pytest.mark.parametrize("text", OUT_OF_MEMORY, ids=lambda text: text[:40])
def test_memory_that_a_gpu_has_not(text: str) -> None:
    failure = Failure.of(RuntimeError(text))
    assert failure.kind is FailureKind.OUT_OF_MEMORY
    assert FailurePolicy(max_retries=2).tries_again(0, failure)
    assert "\n" not in failure.reason


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:40])
def test_a_gpu_that_refuses_to_work_is_the_machines_fault(text: str) -> None:
    failure = Failure.of(RuntimeError(text))
    assert failure.kind is FailureKind.WORKER_LOST
    assert FailurePolicy(max_retries=2).tries_again(0, failure)
    assert "\n" not in failure.reason


@pytest.mark.parametrize("text", OF_THE_USER, ids=lambda text: text[:40])
def test_mistakes_that_only_name_a_device_are_the_users(text: str) -> None:
    failure = Failure.of(RuntimeError(text))
    assert failure.kind is FailureKind.EVALUATOR_ERROR
    assert not FailurePolicy(max_retries=2).tries_again(0, failure)


@pytest.mark.parametrize("text", [*OUT_OF_MEMORY[:1], *BROKEN[:1]])
@pytest.mark.parametrize("is_from", [True, False])
def test_an_error_of_the_users_own_on_top_of_it(text: str, is_from: bool) -> None:
    """The process is as broken as before."""
    try:
        try:
            raise RuntimeError(text)
        except RuntimeError as error:
            if is_from:
                raise ValueError("my evaluation failed") from error
            raise ValueError("my evaluation failed")  # noqa: B904 - as users write it
    except ValueError as error:
        failure = Failure.of(error)
    assert failure.kind is not FailureKind.EVALUATOR_ERROR
    assert failure.reason == "ValueError: my evaluation failed"
    assert text[:30] in str(failure.traceback)


def test_errors_that_name_each_other_end() -> None:
    one, other = ValueError("one"), ValueError("other")
    one.__cause__, other.__cause__ = other, one
    assert Failure.of(one).kind is FailureKind.EVALUATOR_ERROR
