"""A process whose settings it could not work with does not start, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from chassis.testing import test_environment
from tools.environment import SERVICES
from tools.processes import KEYS, run_one

SECRET = "hunter2"


def refusal(service: str, environment: dict[str, str]) -> list[str]:
    """What the command says instead of running; it must not come to that."""
    result = CliRunner().invoke(run_one, [service], env=environment)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.output.removeprefix("Error: ").splitlines()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_names_all_that_it_lacks_at_once(service: str):
    lacking = refusal(service, {"PRIMARIES_DEMO": "1"})

    assert "PRIMARIES_AMQP_URI is not set (see .env.example)" in lacking
    assert any(f"{service.upper()}_DATABASE_URL is not set" in each for each in lacking)
    assert len(lacking) == 3 + len(KEYS.get(service, ()))


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("VOTING_VAULT_KEY", SECRET, "is not 32 bytes in base64"),
        ("VOTING_VAULT_KEY", "aHVudGVyMg==", "is not 32 bytes in base64"),
        ("ROLL_KEY", "", "is not set"),
        ("AMQP_URI", SECRET, "is not an address that begins with amqp://"),
        ("AMQP_URI", f"http://u:{SECRET}@h/", "is not an address"),
        ("AMQP_URI", f"amqp://u:{SECRET}@h:port/", "is not an address"),
        ("VOTING_DATABASE_URL", f"mysql://u:{SECRET}@h/", "is not an address"),
        ("MAX_WORKERS", SECRET, "is not a number"),
        ("MAX_WAITING", "-1", "is not a number"),
        ("LOG_LEVEL", SECRET, "is not DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(
    tmp_path: Path, variable: str, value: str, said: str
):
    wrong = test_environment(tmp_path, **{f"PRIMARIES_{variable}": value})

    (line,) = refusal("voting", wrong)

    assert line.startswith(f"PRIMARIES_{variable} {said}")
    assert SECRET not in line
