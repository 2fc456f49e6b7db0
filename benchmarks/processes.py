"""Work in processes of its own: two that begin at the same moment, and one whose memory is looked at afterwards."""

from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from pathlib import Path
from queue import Empty
from statistics import median
from threading import Barrier
from typing import Any, Final

from benchmarks.table import Span

_CONTEXT: Final = get_context("spawn")
SECONDS_MAX: Final = 1_800.0
"""How long a process may take: a rebuild of 50 million marks; one that has died is noticed sooner."""
_LOOK_SECONDS: Final = 0.5

Jobs = Callable[..., Iterator[Callable[[], Span]]]


def at_once(jobs: Jobs, each: Sequence[tuple[Any, ...]]) -> float:
    """Do ``jobs(*arguments)`` in a process for each arguments; each job begins when all of them are ready for theirs.

    Gives the median, over the jobs, of the seconds from the first beginning to the last end.
    """
    barrier = _CONTEXT.Barrier(len(each), timeout=SECONDS_MAX)
    spans: list[list[Span]] = _answers(_together, [(barrier, jobs, arguments) for arguments in each])
    rounds: list[tuple[Span, ...]] = list(zip(*spans, strict=True))
    return median([max(one.ended for one in round_) - min(one.began for one in round_) for round_ in rounds])


def alone(work: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """Do ``work(*arguments)`` in a process of its own; give its result, and the most memory it held (RSS) in MB."""
    result: tuple[Any, float] = _answers(_remembered, [(work, arguments)])[0]
    return result


def _answers(target: Callable[..., None], each: Sequence[tuple[Any, ...]]) -> list[Any]:
    answers = _CONTEXT.Queue()
    children = [_CONTEXT.Process(target=target, args=(answers, *arguments), daemon=True) for arguments in each]
    for child in children:
        child.start()
    found: list[Any] = []
    while len(found) < len(children):
        try:
            found.append(answers.get(timeout=_LOOK_SECONDS))
        except Empty:
            if any(child.exitcode for child in children):
                raise RuntimeError("a process of the benchmark failed; what it said stands above") from None
    for child in children:
        child.join()
    return found


def _together(answers: Any, barrier: Barrier, jobs: Jobs, arguments: tuple[Any, ...]) -> None:
    spans = []
    for job in jobs(*arguments):
        barrier.wait()
        spans.append(job())
    answers.put(spans)


def _remembered(answers: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    result = work(*arguments)
    # Not ru_maxrss: that also counts what the parent held when it made this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    answers.put((result, int(peak) * 1024 / 1e6))
