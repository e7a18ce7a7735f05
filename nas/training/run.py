"""Runs a full training, or goes on with it: from a chosen network to its test accuracy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from nas.config.contents import erasing
from nas.config.training import TrainingSpec
from nas.runner.stopping import StopRequest
from nas.store import Store
from nas.training.integers import compared, in_integers
from nas.training.predictions import PredictionFolder
from nas.training.recipe import conditions_of, few_steps, require_same, training_execution
from nas.training.recorder import Audience, Recorder
from nas.training.source import Source, TrainingResult
from search_spaces.errors import NoTestImagesError, TrainingError
from workers.datasets import (
    Contents,
    Dataset,
    check_test,
    dataset_contents,
    fresh_images,
    input_format,
    load_dataset,
    load_test,
)
from workers.devices import missing, processes_for
from workers.limits import num_cores
from workers.proxy import Execution, ProxyData
from workers.tasks import MIXES_LABELS, Score, task_of
from workers.training import (
    Budget,
    Checkpoint,
    Deployed,
    FileSubject,
    Job,
    read_checkpoint,
    train,
)
from workers.training.checkpoint import read_weights, write_tensors
from workers.training.processes import require_processes


@dataclass(frozen=True)
class Settings:
    """How a network is trained.

    Attributes:
        recipe: Where it leaves `crop` open, that follows the data set.
        device: `cpu`, `cuda`, or `auto` for a GPU where there is one.
        num_threads: Of the CPU; where None, all, or those that the training began with.
        num_processes: That share each batch; where None one, or one for each GPU.
        restart: Forget an unfinished training of this network and seed.
        checkpoint_every_s: At most so much is lost where the process is killed.
        predictions: Folder for what the network makes of the test images.
    """

    recipe: TrainingSpec = field(default_factory=TrainingSpec)
    budget: Budget = field(default_factory=Budget)
    seed: int = 0
    device: str = "auto"
    num_threads: int | None = None
    num_processes: int | None = None
    restart: bool = False
    checkpoint_every_s: float = 30.0
    predictions: Path | None = None


def train_source(
    source: Source,
    settings: Settings,
    store: Store,
    observer: Audience,
    stop: StopRequest | None = None,
) -> TrainingResult:
    """Trains a network to the end, or until it is stopped; the same call goes on then.

    A training that is complete already is not done again, and the test images are read again for
    predictions alone.

    Args:
        stop: What tells it to end, after the step under way.

    Raises:
        NasError: The network, the data, the recipe, or a file is at fault, or training diverged.
    """
    device = _device(settings.device)
    contents = dataset_contents(source.dataset)
    dataset = _dataset(source, contents, observer)
    wanted = settings.predictions
    folder = None if wanted is None else PredictionFolder(wanted, contents)
    in_shape = dataset.info.in_shape
    recipe = settings.recipe.suited_to(min(in_shape[1:]), may_flip=dataset.info.flip)
    if (erased := erasing(recipe, in_shape)) is not None:
        raise TrainingError("`{}` {}".format(*erased))
    if recipe.mixup and not task_of(dataset.info).may_mix:
        raise TrainingError(f"`mixup` {MIXES_LABELS.format(dataset.info.task)}")
    if source.begun is not None:
        source = in_integers(source, dataset)
    _require_fitting(source, dataset)
    _tell_other_input(source, dataset, observer)
    if (few := few_steps(recipe.batch_size, len(dataset.train.labels))) is not None:
        observer.message(few)
    if folder is not None:
        folder.require()
    conditions = conditions_of(
        source.architecture, dataset.fingerprint, settings.seed, settings.budget, recipe
    )
    conditions |= source.conditions
    checkpoint = source.checkpoint(settings.seed)
    with _only_one(checkpoint):
        if settings.restart:
            checkpoint.unlink(missing_ok=True)
        begun = read_checkpoint(checkpoint)
        if begun is not None:
            require_same(begun.conditions, conditions)
        stop = stop or StopRequest()
        recorder = Recorder(store, source, conditions, dataset, observer, stop)
        done = recorder.completed()
        if done is not None and not settings.restart:
            # Left where the process was killed between the last row and the removal.
            checkpoint.unlink(missing_ok=True)
            gone = "" if done.weights else ", its weights are gone or of a later training"
            observer.message(f"this training is complete already{gone}; --restart does it again")
            return done if folder is None else _predicted(done, source, dataset, folder, observer)
        # Now, and not after hours, when they are read.
        check_test(source.dataset, observer.message)
        job = _job(source, settings, recipe, conditions, dataset, device, begun, observer.message)
        return _run(job, recorder, begun, observer, stop, folder)


def _run(
    job: Job, recorder: Recorder, begun: Checkpoint | None, observer: Audience, stop: StopRequest,
    folder: PredictionFolder | None,
) -> TrainingResult:  # fmt: skip
    recorder.begin(begun)
    try:
        with stop.heard():
            outcome, trainer = train(job, recorder)
        if not outcome.is_complete:
            return recorder.interrupted()
        source = recorder.source
        # Before the row says COMPLETE: killed in between, the same call comes here again.
        write_tensors(source.weights, trainer.weights())
        result = recorder.complete(*_tested(source, trainer.deployed(), observer, folder))
    except OSError as error:  # of a full disk, most often
        wrong = TrainingError(f"{recorder.source.name}: cannot go on: {error}")
        recorder.fail(wrong)
        raise wrong from error
    except Exception as error:
        recorder.fail(error)
        raise
    job.checkpoint.unlink(missing_ok=True)
    return result if folder is None else replace(result, predictions=str(folder.path))


def _predicted(
    done: TrainingResult, source: Source, dataset: Dataset, folder: PredictionFolder,
    observer: Audience,
) -> TrainingResult:  # fmt: skip
    """The result of a complete training, once its weights have predicted the test images.

    Raises:
        TrainingError: They are no longer there.
    """
    if done.weights is None:
        rule = "no predictions without its weights; --restart trains it again"
        raise TrainingError(f"{source.name}: {rule}")
    weights = read_weights(source.weights)
    deployed = Deployed.of(source.subject, weights, ProxyData(dataset))
    folder.write(deployed, load_test(source.dataset, observer.message))
    return replace(done, predictions=str(folder.path))


def _tested(
    source: Source, deployed: Deployed, observer: Audience, folder: PredictionFolder | None
) -> tuple[Score | None, int]:
    """The score on the test images, which no network was shown before, and their number.

    Raises:
        DataError: They are damaged since the training began. The training itself is kept, and the
            same call reads again.
    """
    try:
        test = load_test(source.dataset, observer.message)
    except NoTestImagesError as error:
        observer.message(f"{error}; nothing is measured on any")
        return None, 0
    if folder is not None:
        folder.write(deployed, test)
    score = deployed.score(test)
    if source.begun is not None:
        score = compared(source, score, deployed.data, test)
    return score, len(test.labels)


def _job(
    source: Source, settings: Settings, recipe: TrainingSpec, conditions: Mapping[str, Any],
    dataset: Dataset, device: str, begun: Checkpoint | None, tell: Callable[[str], None],
) -> Job:  # fmt: skip
    # Another number of threads sums in another order, and another timing may choose another
    # arithmetic: with both kept, what goes on ends with the same bits.
    threads = settings.num_threads or (begun.num_threads if begun else num_cores())
    execution = Execution.from_dict(begun.execution) if begun else None
    if execution is None or not execution.fits(device):
        if execution is not None:
            rule = f"{source.name}: its arithmetic was chosen for another device than {device}"
            tell(f"{rule}, where it goes on a little otherwise")
        execution = (
            training_execution(source.network, recipe, device, threads) if source.begun is None
            else Execution(cuda_graphs=device != "cpu")  # bfloat16 would round otherwise
        )  # fmt: skip
    processes = _num_processes(settings, recipe.batch_size, device, tell)
    return Job(
        source.subject, dataset, fresh_images(source.dataset) if recipe.fresh else None, recipe,
        settings.seed, settings.budget, dict(conditions), execution,
        source.checkpoint(settings.seed), device, threads, processes, settings.checkpoint_every_s,
    )  # fmt: skip


def _num_processes(
    settings: Settings, batch_size: int, device: str, tell: Callable[[str], None]
) -> int:
    """Those that were asked for; else one for each GPU, as far as they share a batch evenly.

    Raises:
        TrainingError: So many cannot train together here.
    """
    num_gpus = torch.cuda.device_count() if device == "cuda" else 1
    chosen = settings.num_processes or processes_for(num_gpus, batch_size)
    require_processes(chosen, batch_size, device)
    if settings.num_processes is None and chosen < num_gpus:
        rule = f"a batch of {batch_size} is not divisible by {num_gpus}"
        tell(f"{chosen} of {num_gpus} GPUs train, since {rule}; --set batch_size=N changes it")
    return chosen


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    reason = missing(name)
    if reason is not None:
        raise TrainingError(f"--device is {name}, and {reason}")
    return name


def _dataset(source: Source, contents: Contents, observer: Audience) -> Dataset:
    for line in contents.lines():
        observer.message(line)
    dataset = load_dataset(source.dataset, observer.message)
    if source.fingerprint not in (None, dataset.fingerprint):
        searched = f"searched on {source.fingerprint}, found {dataset.fingerprint}"
        raise TrainingError(f"{source.name}: the images are not those of its search ({searched})")
    return dataset


def _require_fitting(source: Source, dataset: Dataset) -> None:
    """Raises TrainingError where a network cannot take these images or tell these classes."""
    in_shape, info = source.subject.in_shape, dataset.info
    if in_shape[0] != info.in_shape[0]:
        rule = f"takes images of {in_shape[0]} channels"
        raise TrainingError(f"{source.name}: {rule}; the data set's have {info.in_shape[0]}")
    # Run once: what a user's file says of itself need not be true.
    module = source.subject.plain_module().eval()
    with torch.inference_mode():
        scores = module(torch.zeros(1, *in_shape))
    wanted = task_of(info).out_shape(in_shape, info.num_classes)
    if tuple(scores.shape[1:]) != wanted:
        rule = f"gives {tuple(scores.shape[1:])} scores an image"
        has = f"the data set has {info.num_classes} classes"
        per_pixel = f", for each pixel: {wanted}" if len(wanted) > 1 else ""
        raise TrainingError(f"{source.name}: {rule}; {has}{per_pixel}")


def _tell_other_input(source: Source, dataset: Dataset, observer: Audience) -> None:
    """Says where the `preprocess` and the names of a file are for other images than these."""
    if not isinstance(source.subject, FileSubject):
        return
    found, names = input_format(dataset), dataset.info.class_names
    given = {"MEAN": [*found.mean], "STD": [*found.std], "CLASS_NAMES": [*names]}
    other = [n for n, value in given.items() if source.subject.constant(n) not in (None, value)]
    if other:
        hint = "change them where you use the weights of this training"
        observer.message(f"{source.name}: {' and '.join(other)} are of other images; {hint}")


@contextmanager
def _only_one(checkpoint: Path) -> Iterator[None]:
    """Keeps a second process from the same training. Raises TrainingError where there is one."""
    from filelock import FileLock, Timeout

    lock = checkpoint.with_suffix(".lock")
    # The system lets go of it when a process is killed; a file that only exists would stay.
    held = FileLock(lock, timeout=0)
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        held.acquire()
    except Timeout as error:
        raise TrainingError(f"{lock}: another process trains this network now") from error
    except OSError as error:
        raise TrainingError(f"{lock}: cannot be written: {error.strerror}") from error
    try:
        yield
    finally:
        held.release()
