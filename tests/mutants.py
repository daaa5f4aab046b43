"""Would the example suite notice? Small faults are put into ``streams/domain``, one at a time, and ``tests/unit/domain`` runs.

    python -m tests.mutants [--count 600] [--seed 1]

A mutant is killed when a test fails, or runs for longer than any should. The sample is drawn with a seed from every place
where a comparison, an arithmetic sign, a boolean, a constant, a condition or a returned value can be wrong; survivors are
written to ``var/mutants.txt`` with their line, to be looked at by a person: some change nothing that can be seen.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parents[1]
DOMAIN: Final = ROOT / "streams" / "domain"
SUITE: Final = "tests/unit/domain"
#: The suite runs for some seconds.
GIVE_UP_S: Final = 60
#: What the suite needs besides the core: loaded once, in the process that all mutants are forked from.
LOADED: Final = (
    "pytest", "_pytest.assertion.rewrite", "msgspec", "numpy", "pyarrow.compute", "yaml", "fastavro", "schemas.reference",
    "schemas.identifiers", "schemas.topics", "schemas.codec",
)  # fmt: skip
_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SIGNS: Final[dict[type[ast.operator], type[ast.operator]]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv}


class Mutant(NamedTuple):
    """``number``: which place of the module, in the order of :func:`places`."""

    module: str
    number: int
    line: int
    what: str


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str]]:
    """The nodes that can be mutated, and what is done to each. Annotations and docstrings are left alone."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if part is not None:
                skipped.update(id(each) for each in ast.walk(part))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
        if isinstance(node, ast.JoinedStr):  # words for people
            skipped.update(id(each) for each in ast.walk(node))
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _COMPARISONS:
            yield node, "comparison"
        elif isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            yield node, "sign"
        elif isinstance(node, ast.BoolOp):
            yield node, "and/or"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield node, "not"
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            yield node, "condition"
        elif isinstance(node, ast.Constant) and isinstance(node.value, bool | int) and node.value is not None:
            yield node, "constant"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node, "text"
        elif isinstance(node, ast.Return) and node.value is not None and not isinstance(node.value, ast.Constant):
            yield node, "returned value"


def mutate(node: ast.AST) -> None:
    """Put the fault in."""
    match node:
        case ast.Compare():
            node.ops[0] = _COMPARISONS[type(node.ops[0])]()
        case ast.BinOp():
            node.op = _SIGNS[type(node.op)]()
        case ast.BoolOp():
            node.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        case ast.UnaryOp():
            node.op, node.operand = ast.Not(), ast.UnaryOp(ast.Not(), node.operand)
        case ast.If() | ast.IfExp() | ast.While():
            node.test = ast.UnaryOp(ast.Not(), node.test)
        case ast.Constant(value=bool()):
            node.value = not node.value
        case ast.Constant(value=int()):
            node.value += 1
        case ast.Constant(value=str()):
            node.value += "_"
        case ast.Return():
            node.value = ast.Constant(None)


def source_of(mutant: Mutant) -> str:
    """The module's text with the fault."""
    tree = ast.parse((DOMAIN / f"{mutant.module}.py").read_text("utf-8"))
    node = next(node for number, (node, _) in enumerate(places(tree)) if number == mutant.number)
    mutate(node)
    return ast.unparse(ast.fix_missing_locations(tree))


def sample(count: int, seed: int) -> list[Mutant]:
    """So many different mutants; with one seed always the same."""
    every = [
        Mutant(path.stem, number, getattr(node, "lineno", 0), what)
        for path in sorted(DOMAIN.glob("*.py"))
        if path.stem != "rows"  # the columns of tables, which the contract suites hold against the stores
        for number, (node, what) in enumerate(places(ast.parse(path.read_text("utf-8"))))
    ]
    return random.Random(seed).sample(every, min(count, len(every)))


def killed(mutant: Mutant | None, tree: Path) -> bool:
    """Run the suite on a copy of the project without compiled modules; None: on the core as it is."""
    child = os.fork()
    if not child:
        os._exit(_judge(mutant, tree))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) != 0


def _judge(mutant: Mutant | None, tree: Path) -> int:
    """In a process of its own: 0 when every test passes."""
    signal.alarm(GIVE_UP_S)  # ends the process, which counts as killed
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.chdir(tree)
    sys.path[:] = [str(tree), *(path for path in sys.path if Path(path or ".").resolve() != ROOT)]
    import pytest

    if mutant is not None:
        text = source_of(mutant)
        path = tree / "streams" / "domain" / f"{mutant.module}.py"
        sys.meta_path.insert(0, _Loader(f"streams.domain.{mutant.module}", str(path), text))
    return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "--noconftest", SUITE]))


class _Loader:
    """Finds and loads one module, from a text instead of its file."""

    def __init__(self, name: str, path: str, text: str) -> None:
        self._name, self._path, self._text = name, path, text

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        """Of the one module only."""
        if name != self._name:
            return None
        return importlib.util.spec_from_loader(name, self, origin=self._path)  # type: ignore[arg-type]

    def create_module(self, spec: object) -> None:
        """The usual one."""

    def exec_module(self, module: object) -> None:
        """Run the text."""
        exec(compile(self._text, self._path, "exec"), vars(module))


def copied(into: Path) -> Path:
    """The project's sources without what was compiled."""
    ignore = shutil.ignore_patterns("*.so", "__pycache__")
    for part in ("streams", "schemas", "tests", "connectors", "docs"):
        shutil.copytree(ROOT / part, into / part, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", into)
    return into


def main() -> int:
    """0 when the share that was killed is what is promised."""
    parser = argparse.ArgumentParser(description="mutation check of streams/domain against its example suite")
    parser.add_argument("--count", type=int, default=600, help="mutants in the sample (default 600)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--least", type=float, default=0.85, help="share that must be killed (default 0.85)")
    args = parser.parse_args()
    for name in LOADED:
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.startswith("streams")], "the core must be loaded by each mutant anew"
    mutants = sample(args.count, args.seed)
    report = ROOT / "var" / "mutants.txt"
    report.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ygt-mutants-") as folder, report.open("w", 1, encoding="utf-8") as written:
        tree = copied(Path(folder))
        if killed(None, tree):
            print("the suite fails without any fault: mend that first", file=sys.stderr)
            return 2
        survivors: list[Mutant] = []
        done = 0
        with get_context("fork").Pool() as pool:
            for mutant, dead in zip(mutants, pool.imap(partial(killed, tree=tree), mutants), strict=True):
                done += 1
                if not dead:
                    survivors.append(mutant)
                    written.write(f"streams/domain/{mutant.module}.py:{mutant.line}: {mutant.what}\n")
                print(f"\r{done}/{len(mutants)}, {len(survivors)} survive", end="", flush=True)
    print()
    share = 1 - len(survivors) / len(mutants)
    print(f"{share:.1%} of {len(mutants)} mutants killed; survivors: {report.relative_to(ROOT)}")
    return 0 if share >= args.least else 1


if __name__ == "__main__":
    sys.exit(main())
