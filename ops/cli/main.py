"""``yigangtong``: all commands, and the one place where an error becomes one clear line."""

from __future__ import annotations

import logging
import os
import sys
from typing import NoReturn

import typer

from ops.cli import (
    act,
    bill,
    canary,
    customs,
    data,
    epoch,
    explain,
    files,
    gateway,
    notify,
    retention,
    run,
    schemas,
    tower,
    trace,
    vessel,
)
from ops.cli.common import take_secrets

app = typer.Typer(
    name="yigangtong",
    help="一港通: several seaports run as one. Each command has --help with an example.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for module in (
    run,
    data,
    files,
    schemas,
    gateway,
    customs,
    notify,
    canary,
    tower,
    trace,
    explain,
    vessel,
    bill,
    act,
    epoch,
    retention,
):
    module.add_to(app)


def main() -> NoReturn:
    """Entry point: 0 done, 1 the answer is "no" (refused, not equal, not found), 2 it could not be asked."""
    for library in ("clickhouse_driver", "kafka"):  # what they log comes back as an error, and is told once
        logging.getLogger(library).addHandler(logging.NullHandler())
    try:
        take_secrets(os.environ)
        code = app(standalone_mode=False)  # click hands the code of an Exit back instead of raising it
    except typer.Exit as done:
        sys.exit(done.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        message = one_line(error)
        if message is None:
            raise
        if message:  # "" where no command was given: the help stands there instead
            print(f"yigangtong: {message}", file=sys.stderr)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)


def one_line(error: Exception) -> str | None:
    """What a person can do about an error, in one line, and of files that a port writes in a second one in Chinese; None for a
    defect of ours, which shows its traceback."""
    from confluent_kafka import KafkaException
    from pydantic import ValidationError

    from connectors.clickhouse.errors import StoreError
    from connectors.edi import PartnerError
    from connectors.files.mapping import MappingError
    from connectors.kafka.errors import KafkaProblem
    from connectors.reading.expected_texts import setting_in_chinese
    from schemas.errors import SchemaError

    if isinstance(error, typer.TyperException):
        return error.format_message()
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = "YGT_" + "_".join(str(part) for part in first["loc"]).upper()
        return f"the setting {name} is wrong 设置错误: {first['msg']} (got {first.get('input')!r})"
    if isinstance(error, KafkaException):
        return f"Kafka does not answer as it should 无法访问 Kafka: {error.args[0].str()}; check the address (YGT_BOOTSTRAP)"
    if isinstance(error, ModuleNotFoundError):
        return f"the Python package {error.name} is not installed 缺少 Python 包; make setup installs all of them"
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror} 无法读写该文件"
    if isinstance(error, (MappingError, PartnerError)):
        said = " ".join(str(error).split())
        ends, zh_ends = (" ", "") if said.endswith("?") else (". ", "。")
        return f"{said}{ends}Correct it and try again\n    {setting_in_chinese(said)}{zh_ends}请更正后重试"
    if isinstance(error, (StoreError, KafkaProblem, SchemaError, OSError, RuntimeError, ValueError)):
        return " ".join(str(error).split())
    return None


if __name__ == "__main__":
    main()
