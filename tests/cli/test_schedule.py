"""`jono jobs next` says when a job runs next, as the queue itself would have it run."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from jono.cli.commands import app

VECTORS = Path(__file__).parents[1] / "jobs" / "next_run_vectors.json"


def run_next(*words: str, given: Any = None) -> Result:
    return CliRunner().invoke(
        app, ["jobs", "next", *words], input=None if given is None else json.dumps(given)
    )


def answer(job: dict[str, Any], at: str, **case: Any) -> tuple[str | None, str]:
    """`next` and `initial` of one case."""
    result = run_next("--json", given={"vectors": [{"job": job, "at": at, **case}]})
    assert result.exit_code == 0, result.output
    (vector,) = json.loads(result.stdout)["vectors"]
    return vector["next"], vector["initial"]


def refused(given: Any) -> str:
    result = run_next("--json", given=given)
    assert result.exit_code == 3, result.output
    return str(json.loads(result.stdout)["error"])


@pytest.mark.parametrize("from_file", [True, False])
def test_every_vector_comes_out_as_it_says_whether_it_says_so_or_not(from_file: bool) -> None:
    document = json.loads(VECTORS.read_text())
    stripped = {
        **document,
        "vectors": [
            {name: value for name, value in vector.items() if name not in ("next", "initial")}
            for vector in document["vectors"]
        ],
    }
    result = run_next(str(VECTORS), "--check", "--json") if from_file else run_next("--json", given=stripped)
    assert (result.exit_code, json.loads(result.stdout)) == (0, document)


def test_a_case_that_says_otherwise_fails_the_check_and_is_shown() -> None:
    wrong = json.loads(VECTORS.read_text())
    wrong["vectors"][0]["next"] = "2012-01-01 15:00:00"
    result = run_next("--check", given=wrong)
    assert result.exit_code == 1
    assert "Cases in red said otherwise: 1." in result.stdout
    assert run_next(given=wrong).exit_code == 0


def test_both_changes_of_the_clock_are_right_in_a_zone() -> None:
    at_half_past_three = {
        "run_on_iso_weekdays": "1234567",
        "minutes_between_runs": 1440,
        "starting_time": "03:30:00",
    }
    helsinki = {"tz": "Europe/Helsinki"}
    assert answer(at_half_past_three, "2026-03-28 03:30:00", **helsinki)[0] == "2026-03-29 04:00:00"
    quarters = {"run_on_iso_weekdays": "1234567", "minutes_between_runs": 60}
    assert answer(quarters, "2026-10-25 02:30:00", **helsinki)[0] == "2026-10-25 03:30:00"
    assert answer(quarters, "2026-03-29 02:30:00", **helsinki)[0] == "2026-03-29 04:00:00"
    assert answer(quarters, "2026-03-29 02:30:00")[0] == "2026-03-29 03:30:00"


def test_a_formula_leads_to_its_date_at_the_starting_time() -> None:
    monthly = {"next_run_date_formula": "CM+1D", "starting_time": "06:00:00"}
    assert answer(monthly, "2026-01-09 09:00:00") == ("2026-02-01 06:00:00", "2026-02-01 06:00:00")
    assert answer({"next_run_date_formula": "KKK+1PV"}, "2026-01-09 09:00:00")[0] == "2026-02-01 00:00:00"


def test_a_job_that_runs_once_has_no_next() -> None:
    assert answer({}, "2026-01-09 09:00:00") == (None, "2026-01-09 09:00:00")
    later = {"earliest_start": "2026-01-10 08:00:00"}
    assert answer(later, "2026-01-09 09:00:00") == (None, "2026-01-10 08:00:00")


def test_bad_input_is_named_by_its_place() -> None:
    at = "2026-01-09 09:00:00"
    cases = [
        {"job": {"run_on_iso_weekdays": "128"}, "at": at},
        {"job": {"minutes_between_runs": -1}, "at": "yesterday"},
        {"job": {"starting_time": "25:00"}},
        {"at": at},
    ]
    assert refused({"vectors": cases}).splitlines() == [
        "The cases are not right.",
        "vectors[0].job.run_on_iso_weekdays: It must look like this: ^[1-7]*$.",
        "vectors[1].job.minutes_between_runs: It must be at least 0.",
        "vectors[1].at: Write a date and time with its offset, such as 2026-11-24T08:00:00+02:00.",
        "vectors[2].job.starting_time: Write a time of day, such as 08:00.",
        "vectors[2].at: This is required.",
        "vectors[3].job: This is required.",
    ]
    cases = [
        {"job": {"next_run_date_formula": "soon"}, "at": at},
        {"job": {}, "at": at, "tz": "Europe/Turku"},
        {"job": {"next_run_date_formula": "9999Y"}, "at": at},
    ]
    assert refused({"vectors": cases}).splitlines()[1:] == [
        "vectors[0].job.next_run_date_formula: SOON is not a date formula. Write for example 14D, 1M, CM+10D or D15.",
        "vectors[1].tz: There is no time zone Europe/Turku.",
        "vectors[2].job.next_run_date_formula: 9999Y is not a date formula. Write for example 14D, 1M, CM+10D or D15.",
    ]
    assert refused({}) == "The cases are not right.\nvectors: This is required."
    assert refused({"vectors": "x"}) == "The cases are not right.\nvectors: It must be a list."


def test_what_is_no_json_or_no_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "cases.json").write_text("{")
    assert "is not JSON" in run_next(str(tmp_path / "cases.json")).stderr
    missing = run_next(str(tmp_path / "missing.json"))
    assert missing.exit_code == 3
    assert "cannot be read: No such file or directory." in missing.stderr.replace("\n", " ")
