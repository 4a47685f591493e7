"""Makes the README's table of benchmarks/results.json. Measures nothing.

Run: `python -m benchmarks.table`. The table stands between the lines `<!-- bench:start -->` and `<!-- bench:end -->`.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
RESULTS, README = HERE / "results.json", HERE.parent / "README.md"
START, END = "<!-- bench:start -->\n", "<!-- bench:end -->"
HEAD = """| work | size | peer | peer, CPU s | ours, CPU s | ratio | peer's error | our error |
| --- | --- | --- | --: | --: | --: | --: | --: |
"""

Record = dict[str, object]


def read(path: Path = RESULTS) -> list[Record]:
    """Return the records of a file, none if it is not there."""
    found: list[Record] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    return found


def in_order(records: list[Record]) -> list[Record]:
    """Return records by work and peer; those of one work and peer keep their order."""
    return sorted(records, key=lambda record: (str(record["work"]), str(record["peer"])))


def table(records: list[Record]) -> str:
    """Return the table, and below it the peers that were not run, with the reason."""
    rows = [record for record in records if record["peer_cpu_s"] is not None]
    missing = [record for record in records if record["peer_cpu_s"] is None]
    lines = [f"| {' | '.join(_cells(record))} |\n" for record in rows]
    left = [f"- {record['work']}, {record['size']}, {record['peer']}: {record['note']}\n" for record in missing]
    return HEAD + "".join(lines) + ("\nWithout a figure of the peer:\n\n" + "".join(left) if left else "")


def put(text: str, records: list[Record]) -> str:
    """Return a text with the table between its marks.

    Raises
    ------
    ValueError
        If a mark is missing.
    """
    before, start, rest = text.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        msg = f"README.md: the lines {START.strip()} and {END} are missing; put them where the table belongs."
        raise ValueError(msg)
    return before + start + table(records) + end + after


def _cells(record: Record) -> list[str]:
    names = ("work", "size", "peer")
    figures = ("peer_cpu_s", "our_cpu_s", "ratio", "peer_error", "our_error")
    return [
        f"`{record['work']}`",
        *(str(record[name]) for name in names[1:]),
        *(_figure(record[name]) for name in figures),
    ]


def _figure(value: object) -> str:
    if value is None:
        return "–"
    number = float(str(value))
    if 0 < abs(number) < 1e-3:
        return f"{number:.0e}".replace("e-0", "e-")
    return f"{number:,.3g}" if number < 1000 else f"{number:,.0f}"


def main() -> None:
    """Write the table into the README."""
    README.write_text(put(README.read_text(encoding="utf-8"), read()), encoding="utf-8")


if __name__ == "__main__":
    main()
