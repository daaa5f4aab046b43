"""What the documents say exists, exists: commands, options, make verbs, settings, files, modules, fields and signatures."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import typer

from connectors.kafka.login import KafkaLogin
from ops.cli.main import app
from streams.settings import Settings

ROOT = Path(__file__).parents[3]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in DOCUMENTS}
PACKAGES = ("schemas", "connectors", "streams", "ops")
#: Folders whose paths are promised; `var/` and the like are made by running.
FOLDERS = {p.name for p in ROOT.iterdir() if p.is_dir() and not p.name.startswith(".")} - {"var", "build", "dist"}
GENERATED = [line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()]

every_document = pytest.mark.parametrize("text", TEXTS.values(), ids=list(TEXTS))


def blocks(text: str) -> Iterator[str]:
    """The contents of fenced blocks."""
    yield from re.findall(r"^```\w*\n(.*?)^```", text, re.M | re.S)


def code_spans(text: str) -> Iterator[str]:
    """What stands between single backticks, outside fenced blocks."""
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S))


def lines_of_code(text: str) -> Iterator[str]:
    """Every line of a fenced block, and every code span: where a command may stand. Comments are left out."""
    for block in blocks(text):
        yield from (line.split("  #")[0].strip() for line in block.splitlines())
    yield from code_spans(text)


def commands(text: str) -> list[str]:
    """Command lines of `yigangtong`, from its name on."""
    found = (re.match(r"(?:YGT_\w+=\S+ )*(?:\.venv/bin/)?yigangtong( .*)?$", line) for line in lines_of_code(text))
    return [(match[1] or "").partition(" > ")[0].strip() for match in found if match]


def unknown_in(command: str) -> str:
    """What is wrong with a command line, "" when the command tree takes it: sub-commands, options, count of arguments."""
    node: Any = typer.main.get_command(app)
    words = shlex.split(command)
    while words and (children := getattr(node, "commands", None)) is not None:
        if words[0] not in children:
            return f"no command {words[0]!r}"
        node, words = children[words[0]], words[1:]
    options = {name: p for p in node.params for name in p.opts if name.startswith("-")}
    given = 0
    while words:
        word, *words = words
        if word == "--help":
            continue
        if not word.startswith("-"):
            given += 1
            continue
        option = options.get(word)
        if option is None:
            return f"no option {word}"
        if not getattr(option, "is_flag", False):
            words = words[1:]
    arguments = [p for p in node.params if p.param_type_name == "argument"]
    if given > len(arguments) and not any(p.nargs == -1 for p in arguments):
        return f"{given} arguments, {len(arguments)} are taken"
    return ""


def make_verbs() -> set[str]:
    """Targets that `make` lists for people."""
    return set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.M))


# -- the checks themselves find what is wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    ["fly", "topics sink", "trace X --when 1", "trace X Y"],
    ids=["command", "sub-command", "option", "argument"],
)
def test_a_wrong_command_line_is_found(command: str) -> None:
    assert unknown_in(command)


def test_a_document_may_leave_arguments_out() -> None:
    assert not unknown_in("trace") and not unknown_in("edi read")


# -- commands, verbs, settings ---------------------------------------------------------------------------------------


@every_document
def test_every_command_line_is_one_that_the_command_tree_takes(text: str) -> None:
    wrong = {command: fault for command in commands(text) if (fault := unknown_in(command))}
    assert not wrong


def test_the_readme_shows_commands() -> None:
    assert len(commands(TEXTS["README.md"])) >= 9


@every_document
def test_every_make_verb_is_in_the_makefile(text: str) -> None:
    shown = {m[1] for line in lines_of_code(text) if (m := re.match(r"make ([a-z-]+)\b", line))}
    assert shown <= make_verbs()


def test_the_readme_names_every_make_verb_that_a_newcomer_needs() -> None:
    assert {"demo", "test", "test-all", "lint", "bench", "setup"} <= set(re.findall(r"make ([a-z-]+)", TEXTS["README.md"]))


@every_document
def test_every_variable_that_make_is_given_is_read_by_the_makefile(text: str) -> None:
    shown = {name for line in lines_of_code(text) if line.startswith("make ") for name in re.findall(r"\b([A-Z]+)=", line)}
    makefile = (ROOT / "Makefile").read_text()
    assert shown <= set(re.findall(r"\$\(([A-Z]+)\)", makefile)) | set(re.findall(r"^export ([A-Z_]+)", makefile, re.M))


@every_document
def test_every_setting_is_one_that_something_reads(text: str) -> None:
    known = {f"YGT_{name.upper()}" for name in (*Settings.model_fields, *KafkaLogin.model_fields)}
    others = (ROOT / "Makefile", ROOT / "deploy/compose/compose.yaml")
    for source in (*(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")), *others):
        known |= set(re.findall(r"YGT_[A-Z_]+[A-Z]", source.read_text(encoding="utf-8")))
    demo = (ROOT / "ops/demo/run.py").read_text()
    if 'f"YGT_{name}_PORT"' in demo:
        known |= {f"YGT_{name}_PORT" for name in re.findall(r'\("([A-Z]+)", \d+\)', demo)}
    assert set(re.findall(r"YGT_[A-Z_]+[A-Z]", text)) <= known


# -- files and names -------------------------------------------------------------------------------------------------


def paths(text: str) -> set[str]:
    """Paths of the project that a document names; patterns and what running makes are left out."""
    found = set()
    for span in code_spans(text):
        path = span.rstrip("/").removeprefix("./")
        first = path.split("/")[0]
        if not re.fullmatch(r"[\w./*-]+", path) or first not in FOLDERS or "/" not in span:
            continue
        if not any(fnmatch(path, pattern) or path.startswith(pattern + "/") for pattern in GENERATED):
            found.add(path)
    return found


@every_document
def test_every_file_that_is_named_exists(text: str) -> None:
    assert not {path for path in paths(text) if not list(ROOT.glob(path))}


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_to_a_file(name: str) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", TEXTS[name])
    assert not {link for link in links if "://" not in link and not ((ROOT / name).parent / link).exists()}


@every_document
def test_every_dotted_name_of_ours_is_in_the_code(text: str) -> None:
    wrong = set()
    for span in code_spans(text):
        match = re.match(rf"((?:{'|'.join(PACKAGES)})(?:\.\w+)+)", span)
        if match and not _in_code(match[1].split(".")):
            wrong.add(match[1])
    assert not wrong


def _in_code(parts: list[str]) -> bool:
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath(*parts[:length])
        source = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        if source.exists() or path.is_dir():
            rest = parts[length:]
            return not rest or (source.exists() and re.search(rf"\b{rest[0]}\b", source.read_text()) is not None)
    return False


# -- architecture.md --------------------------------------------------------------------------------------------------


def test_the_module_list_is_the_trees() -> None:
    told = {
        folder: set(names.split(", "))
        for folder, names in re.findall(r"^\| `([\w/]*\w)` \| ([\w, ]+) \|$", TEXTS["docs/architecture.md"], re.M)
    }
    tree: dict[str, set[str]] = {}
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            if not file.name.startswith("__"):
                tree.setdefault(file.parent.relative_to(ROOT).as_posix(), set()).add(file.stem)
    assert told == tree


# -- contracts.md -----------------------------------------------------------------------------------------------------

KINDS = ("manifest", "gate", "berth", "release", "control", "facts", "arrival-report")
#: Class of contracts.md -> where it stands.
CLASSES = {
    "Correlator": "streams/domain/correlator.py", "Effects": "streams/domain/effects.py",
    "Store": "connectors/clickhouse/store.py", "SqlStore": "connectors/clickhouse/store.py",
    "Record": "streams/runtime/ports.py", "Broker": "streams/runtime/ports.py", "Clock": "streams/runtime/ports.py",
    "Engine": "streams/runtime/engine.py",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_contract_lists_the_fields_of_each_schema(kind: str) -> None:
    text = TEXTS["docs/contracts.md"]
    own = re.search(rf"^- \*\*{kind}\*\*(.*?)(?=^- \*\*|^Topic keys)", text, re.M | re.S)
    envelope = re.search(r"^Envelope(.*?)^- \*\*", text, re.M | re.S)
    assert own and envelope
    words = set(re.findall(r"\w+", own[1] + envelope[1]))
    schema = json.loads((ROOT / f"schemas/avro/{kind}.v1.avsc").read_text())
    assert not [field["name"] for field in schema["fields"] if field["name"] not in words]


def members(node: ast.ClassDef) -> dict[str, str]:
    """Public methods with their signature, and attributes with their type."""
    found = {}
    for item in node.body:
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and (item.name == "__init__" or item.name[0] != "_"):
            returns = ast.unparse(item.returns) if item.returns else ""
            found[item.name] = f"{type(item).__name__}({ast.unparse(item.args)}) -> {returns}"
        elif isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            found[item.target.id] = ast.unparse(item.annotation)
    return found


def classes(source: str) -> dict[str, dict[str, str]]:
    """Classes at the top of a source text."""
    return {node.name: members(node) for node in ast.parse(source).body if isinstance(node, ast.ClassDef)}


CONTRACT = {
    name: told
    for block in re.findall(r"^```python\n(.*?)^```", TEXTS["docs/contracts.md"], re.M | re.S)
    for name, told in classes(block).items()
}


def test_the_contract_tells_every_class_that_is_compared() -> None:
    assert set(CONTRACT) == set(CLASSES)


@pytest.mark.parametrize("name", CLASSES)
def test_the_signatures_of_the_contract_are_the_codes(name: str) -> None:
    assert CONTRACT[name] == classes((ROOT / CLASSES[name]).read_text())[name]


# -- README.md --------------------------------------------------------------------------------------------------------


def test_the_words_of_the_shown_output_are_those_of_the_demo() -> None:
    source = (ROOT / "ops/demo/run.py").read_text()
    shown = TEXTS["README.md"]
    for words in ("一港通 Yigangtong: simulating a day of", "derived against planned", "event → queryable p50",
                  "the truth is matched 与真值完全一致", "The platform stays up. Control tower 控制塔: "):  # fmt: skip
        assert words in source, f"the demo no longer prints {words!r}: show what it prints"
        assert words in shown, f"the README does not show {words!r}"


def test_the_readme_is_one_screen() -> None:
    assert len(TEXTS["README.md"].splitlines()) <= 110
