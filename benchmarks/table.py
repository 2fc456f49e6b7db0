"""Prints the table of results.md, and compares ways of doing the same work fairly: each in turn, by medians."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple, TypeVar

ROUNDS: Final = 3
"""How often each of several ways is timed, in turn with the others."""
_LINE: Final = "| {:<58} | {:>16} | {:>24} |"

LoadT = TypeVar("LoadT")


class Span(NamedTuple):
    """When a piece of work began and ended, by perf_counter: Linux has one for all processes."""

    began: float
    ended: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.ended - self.began


def head() -> None:
    """Print the head of the table."""
    print(_LINE.format("what", "reached", "target"))
    print("|---|---:|---:|")


def row(what: str, reached: str, target: str = "") -> None:
    """Print a line of the table."""
    print(_LINE.format(what, reached, target), flush=True)


def in_turn(ways: Mapping[str, Callable[[LoadT], Span]], loads: Sequence[LoadT], each: int) -> dict[str, float]:
    """Do each load in every way, one way after the other; give each way's median rate of ``each`` pieces a load."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for load in loads:
        for name, run in ways.items():
            seconds[name].append(run(load).seconds)
    return {name: each / median(times) for name, times in seconds.items()}


def compared(ours: float, rates: Mapping[str, float], targets: Mapping[str, str]) -> None:
    """Print the peers' rates, and ours as a multiple of each."""
    for name, target in targets.items():
        wanted = f" ({target})" if target else ""
        row(f"  {name}", f"{rates[name]:,.0f}", f"ours {ours / rates[name]:.2f} x{wanted}")


def at_percent(times: Sequence[float], percent: int) -> float:
    """Give a percentile of seconds as milliseconds."""
    return sorted(times)[min(len(times) - 1, len(times) * percent // 100)] * 1000


def check(done: int, wanted: int, what: str) -> None:
    """Stop where less was done than was timed."""
    if done != wanted:
        raise RuntimeError(f"{what}: {done:,} instead of {wanted:,}")
