"""What a person sees: figures with sign and unit, aligned text without a terminal, a table on one."""

import io
import logging
from types import SimpleNamespace

import pytest

from flows import console
from tests.example_findings import findings


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("value", "text"), [(0.634, "+0.634"), (-0.043, "-0.043"), (11.44, "+11.4"), (-12345.6, "-12,346"), (0.0, "+0")]
)
def test_numbers(value, text):
    assert console.number(value) == text


def test_rows_of_findings():
    rows = console.finding_rows([f for f in findings(simulated=True) if f.headline])
    assert rows[1] == (
        "deprivation_of_harm_shift",
        "+11.4 percentile points",
        "+7.9 to +14.8 (95%)",
        "supported",
        "+12.1",
    )
    assert rows[4][2:4] == ("not known", "cannot be decided")
    assert console.finding_rows([findings(simulated=False)[0]])[0][4] == "-"


def test_aligned_columns():
    assert console.aligned([("a", "b"), ("long", "c")]) == ["a     b", "long  c"]


def test_plain_text_has_no_truth_of_real_cities(capsys):
    rows = [("kind", "+1 share", "+0 to +2 (95%)", "supported", "-")]
    console.show_table("Bergen", rows, simulated=False)
    assert capsys.readouterr().out.splitlines() == [
        "Bergen",
        "finding  estimate  interval        verdict",
        "kind     +1 share  +0 to +2 (95%)  supported",
    ]


def test_table_on_a_terminal_takes_words_as_they_are(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    console.show_table("SIMULATED [bold]by", [("kind", "+1", "none", "-", "+2")], simulated=True)
    text = screen.getvalue()
    assert "SIMULATED [bold]by" in text
    assert "truth" in text


def test_progress_as_log_lines(caplog):
    with caplog.at_level(logging.INFO, logger="flows"), console.progress() as step:
        assert step("read sources", lambda: 7) == 7
    assert [record.message for record in caplog.records] == ["read sources ...", "read sources: 0.0 s"]


def test_progress_on_a_terminal(monkeypatch):
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    with console.progress() as step:
        step("read sources", lambda: None)
        step("read sources", lambda: None)
    assert "read sources" in screen.getvalue()


def test_clickable_paths(monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdout", Terminal())
    assert (tmp_path / "å.pdf").as_uri() in console._clickable(tmp_path / "å.pdf")


def test_headlines_stand_in_the_order_of_the_method_however_they_were_read():
    found = [SimpleNamespace(kind=kind) for kind in ("harm_moved_share", "unheard_of", "harm_total_change")]
    assert [f.kind for f in console._in_order(found)] == ["harm_total_change", "harm_moved_share", "unheard_of"]
