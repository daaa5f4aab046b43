"""The file that says who is told what, and how: channels with their address and what they want to hear."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

#: From grave to harmless, as in ``schemas/reference/exceptions.csv``.
SEVERITIES: Final = ("critical", "high", "medium", "low", "info")


class NotifyFileError(ValueError):
    """A file that makes no sense: the text says where, and what to change."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wanted(_Strict):
    """What a channel wants to hear. An empty list stands for all."""

    severity: Literal["critical", "high", "medium", "low", "info"] = Field("high", description="this, and what is graver")
    ports: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    ends: bool = Field(True, description="also that it is over, or was wrong, where its beginning was told")

    def wants(self, alert: Mapping[str, Any]) -> bool:
        """Whether an alert is for this channel (whatever its state)."""
        grades = SEVERITIES[: SEVERITIES.index(self.severity) + 1]
        lists = (("port", self.ports), ("owner", self.owners), ("code", self.codes))
        return alert["severity"] in grades and all(not wanted or alert.get(name) in wanted for name, wanted in lists)


class _Channel(_Strict):
    name: str = Field(pattern=r"^[a-z0-9-]+$", description="stands in the ledger: a new name hears everything anew")
    wants: Wanted = Wanted()


class WebhookSettings(_Channel):
    """A JSON document for each alert, with the alert id as ``Idempotency-Key``."""

    kind: Literal["webhook"]
    url: str = Field(pattern=r"^https?://")
    secret_file: Path | None = Field(None, description="signs the body: X-Yigangtong-Signature, HMAC-SHA256 in hex")


class RobotSettings(_Channel):
    """A group robot of WeCom or DingTalk; its address is a secret and stands in a file."""

    kind: Literal["wecom", "dingtalk"]
    url_file: Path
    secret_file: Path | None = Field(None, description="DingTalk only: the robot's signing secret (SEC…)")
    per_minute: float = Field(15, gt=0, le=20, description="both robots take 20 messages a minute")


class MailSettings(_Channel):
    """Mail over SMTP; several alerts that wait come in one message."""

    kind: Literal["mail"]
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_file: Path | None = None
    sender: str
    to: tuple[str, ...] = Field(min_length=1)
    per_minute: float = Field(6, gt=0)


ChannelSettings = Annotated[WebhookSettings | RobotSettings | MailSettings, Field(discriminator="kind")]


class NotifySettings(_Strict):
    """The whole file."""

    channels: tuple[ChannelSettings, ...] = Field(min_length=1)
    fresh_hours: float = Field(24, ge=0, description="what changed longer ago is not told; 0: all is (a simulated day)")


def load_settings(path: Path) -> NotifySettings:
    """Read a file. Paths in it are relative to it. Raises NotifyFileError, naming the place, or OSError."""
    try:
        told = yaml.safe_load(path.read_text("utf-8"))
        settings = NotifySettings.model_validate(told)
    except yaml.YAMLError as error:
        raise NotifyFileError(f"{path} is no YAML 不是有效的 YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise NotifyFileError(f"{path}: {where}: {first['msg']} 配置有误; docs/notify.md shows what may stand there") from error
    names = [channel.name for channel in settings.channels]
    if len(set(names)) < len(names):
        raise NotifyFileError(f"{path}: two channels have one name 通道重名: {', '.join(names)}")
    return settings


def secret(path: Path, base: Path) -> str:
    """A secret of a file beside the settings. Raises NotifyFileError for one that is empty, or OSError."""
    text = (base / path).read_text("utf-8").strip()
    if not text:
        raise NotifyFileError(f"{base / path} is empty: put the secret there 密钥文件为空")
    return text
