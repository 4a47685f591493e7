"""YAML is read as a strict subset, with the line of every key."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.configuration.yaml_lines import dotted, read_yaml
from layers.errors import ConfigError

BOMB = "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 30))


class WithoutAliases(yaml.SafeDumper):
    def ignore_aliases(self, data):
        return True


def document(tmp_path, text):
    path = tmp_path / "x.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_yaml(path)


def test_values_and_lines(tmp_path):
    doc = document(
        tmp_path, "a: 1\nb:\n  - c: 2.5e1\n    d: yes\n  - 2014-08-25\nf: true\ng: ~\nh: '5'\ni: -0\nj: 1_000\n"
    )
    assert doc.data == {
        "a": 1, "b": [{"c": 25.0, "d": "yes"}, "2014-08-25"], "f": True, "g": None, "h": "5", "i": 0, "j": 1000,
    }  # fmt: skip
    assert doc.marks["b", 0, "d"].line == 4
    assert doc.mark(("b", 0, "missing")).line == 3
    assert dotted(("b", 0, "d")) == "b[0].d"


def test_an_alias_is_the_value_it_names(tmp_path):
    doc = document(tmp_path, "a: &x [1, 2]\nb: *x\n")
    assert doc.data == {"a": [1, 2], "b": [1, 2]}
    assert doc.marks["b", 1].line == 1  # where it is written, and to be mended
    assert not doc.mistakes


def test_keys_are_text_whatever_they_look_like(tmp_path):
    assert document(tmp_path, "26: a\ntrue: b\n").data == {"26": "a", "true": "b"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2\n", "x.yaml:2: a: stands twice, first on line 1. Keep one of them."),
        ("a: !!python/object/apply:os.system ['true']\n", "the tag tag:yaml.org,2002:python/object/apply:os.system is"),
        ("? [a, b]\n: 1\n", "a list or mapping stands where a key should."),
    ],
)
def test_mistakes_of_text_that_can_be_read_on(tmp_path, text, message):
    (mistake,) = document(tmp_path, text).mistakes
    assert message in str(mistake)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\n\tb: 2\n", "x.yaml:2: a tab indents this line; YAML wants spaces. Replace it."),
        ("a: [1\n", "x.yaml:2: is not YAML: "),
        ("a: 1\n---\nb: 2\n", "x.yaml:2: is not YAML: but found another document"),
        ("- 1\n", "must be keys with values, such as `city: bergen`."),
        ("a: \x07\n", "holds characters that YAML does not allow."),
        ("a: &x [*x]\n", "x.yaml:1: a[0]: the aliases (*) here repeat without end, or too much."),
        (BOMB, "the aliases (*) here repeat without end, or too much."),
        (b"a: \xe6\n", "is not UTF-8 text (byte 3). Save it as UTF-8."),
        ("[" * 5000, "is nested too deep to be settings."),
        ("#" * 1_000_001, "is larger than 1000 kB; settings are not."),
    ],
)
def test_text_that_is_no_settings(tmp_path, text, message):
    with pytest.raises(ConfigError) as caught:
        document(tmp_path, text)
    assert message in str(caught.value)


def test_unreadable_file(tmp_path):
    with pytest.raises(ConfigError, match=r"none\.yaml: cannot be read \(No such file or directory\)"):
        read_yaml(tmp_path / "none.yaml")


def test_byte_order_mark_and_empty_file(tmp_path):
    assert document(tmp_path, b"\xef\xbb\xbfa: 1\n").data == {"a": 1}
    assert document(tmp_path, "# nothing\n").data == {}


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=12)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
NESTED = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))


@given(st.dictionaries(TEXT, NESTED, max_size=5))
@settings(max_examples=60, deadline=None)
def test_what_yaml_writes_is_read_back(data):
    """Against PyYAML's own writer: whatever needs quotes there comes back as it was."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "x.yaml"
        path.write_text(yaml.dump(data, Dumper=WithoutAliases, allow_unicode=True), encoding="utf-8")
        doc = read_yaml(path)
    assert doc.data == data
    assert not doc.mistakes
