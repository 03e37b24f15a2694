"""What the benchmarks say follows from what was measured."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sources import ROOT
from tools.bench.contenders import INTEGERS, KERNEL, PYNACL, REFERENCE, STEPS, VERIFY
from tools.bench.elections import BoardWriter, Sample
from tools.bench.figures import Times, measure, timed
from tools.bench.limits import Finding, check_ratios
from tools.bench.report import as_page, as_table, seconds

pytestmark = pytest.mark.slow  # for `make test`: `make check` is for every minute

MAKE_AND_VERIFY = """
import sys
from pathlib import Path
from tools.bench.archive import large_archive, verify

folder = Path(sys.argv[1])
archive = large_archive(folder, 120, 10)
made = archive.stat().st_mtime_ns
assert large_archive(folder, 120, 10).stat().st_mtime_ns == made
print(verify(archive, 2))
"""


def times(**medians: float) -> dict[str, dict[str, Times]]:
    names = {"kernel": KERNEL, "pynacl": PYNACL, "reference": REFERENCE}
    return {
        names[name]: dict.fromkeys(STEPS, Times((0.9 * second, second, 1.1 * second)))
        for name, second in medians.items()
    }


def test_a_ratio_is_of_the_same_round_and_shows_its_spread():
    ratio = Times((1.0, 2.0, 4.0)).ratio_to(Times((5.0, 8.0, 12.0)))

    assert (ratio.median, ratio.lowest, ratio.highest) == (4.0, 3.0, 5.0)
    assert str(ratio) == "4.0x (3.0 to 5.0)"


def test_contenders_take_turns():
    turns: list[str] = []

    def step(name: str):
        return lambda: turns.append(name) or 1.0

    measured = measure({"a": {VERIFY: step("a")}, "b": {VERIFY: step("b")}}, rounds=2)

    assert turns == ["a", "b", "a", "b"]
    assert measured["a"][VERIFY].seconds == (1.0, 1.0)


def test_what_a_process_that_was_waited_for_used_counts():
    busy = "sum(range(3_000_000))"

    assert timed(lambda: subprocess.run([sys.executable, "-c", busy], check=True)) > 0


def test_fast_enough_is_fast_enough():
    findings = list(check_ratios(times(kernel=1.0, pynacl=4.5, reference=16)))

    assert [finding.holds for finding in findings] == [True, True]


@pytest.mark.parametrize(
    ("measured", "found"),
    [
        (times(kernel=1.0, pynacl=3.0, reference=20), "3.0x (3.0 to 3.0)"),
        (times(kernel=1.0, reference=20), f"{PYNACL} is not here"),
        (times(pynacl=1.0, reference=20), f"{KERNEL} is not here"),
    ],
)
def test_what_is_too_slow_or_missing_is_missed(measured, found: str):
    first, *_ = check_ratios(measured)

    assert (first.found, first.holds) == (found, False)
    assert str(first).startswith("MISSED")


def test_durations_have_three_digits_and_a_unit():
    assert [seconds(time) for time in (12.3456, 0.0123456, 0.0000314159)] == [
        "12.3 s",
        "12.3 ms",
        "31.4 µs",
    ]


def test_the_page_holds_every_figure_and_no_name_of_a_machine():
    measured = times(kernel=0.01, pynacl=0.05)
    claim = Finding("a claim", "a figure", holds=False)

    page = as_page({50: measured}, [claim])

    assert "## 50 candidates, choose up to 10" in page
    assert "| verify | 10 ms | 50 ms, 5.0x (5.0 to 5.0) |" in page
    assert "| a claim | a figure | **no** |" in page
    assert as_table(50, measured).row_count == len(STEPS)


def test_each_group_has_a_sample_whose_board_is_whole():
    sample = Sample(INTEGERS, 11, 1)
    writer = BoardWriter(sample)
    first = writer.take()
    writer.ballot(sample.create(0))

    assert first.startswith(b"BELENIOS\0")
    assert writer.take()
    assert writer.take() == b""


def test_a_large_archive_is_made_once_and_accepted(tmp_path: Path):
    # A process of its own: this one is cooperative, which forked ones cannot be.
    done = subprocess.run(
        [sys.executable, "-c", MAKE_AND_VERIFY, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert "Verification(accepted=True, ballots=120," in done.stdout, done.stderr
