"""tyle.toml and the environment, read once into frozen models. Knows no file of the workspace but tyle.toml."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

FILE = "tyle.toml"


class SettingsError(Exception):
    """A setting is wrong; the message is one line: where, what, why."""


class Section(BaseModel):
    """A section of tyle.toml: unknown keys are refused, so that a typing error is no silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FolderSource(Section):
    """A folder in which a unit's exports lie; a relative path is taken from the workspace."""

    kind: Literal["folder"] = "folder"
    path: str = "inbox/{unit_id}"
    name: str = "{date}*"


class Exports(Section):
    """What a unit sends and where; `[exports]` for all units, `[units.<unit_id>]` for one."""

    contract: Literal["summary"] = "summary"
    basis: Literal["day", "month_to_date"] = "day"
    source: FolderSource = FolderSource()


class Run(Section):
    """How a day is run."""

    lookback_days: int = Field(10, ge=0, le=366, description="late and corrected exports are looked for so far back")
    batch_size: int = Field(0, ge=0, description="units pulled in one task; 0 = chosen by their number")
    pull_attempts: int = Field(3, ge=1, le=20)
    cut_off_hour: int = Field(
        17, ge=0, le=23, description="hour of the next working day until which an export is in time"
    )
    service_level: int = Field(4, ge=2, le=4, description="level of a summary that states none (4 = toàn trình)")


class Publish(Section):
    """How long superseded published files stay for readers that still hold them."""

    keep: int = Field(5, ge=1)
    grace_hours: float = Field(24, ge=0)


class Settings(BaseSettings):
    """All settings of a workspace; TYLE_<SECTION>__<KEY> in the environment goes before tyle.toml."""

    model_config = SettingsConfigDict(
        env_prefix="TYLE_", env_nested_delimiter="__", extra="forbid", frozen=True, env_ignore_empty=True
    )

    run: Run = Run()
    exports: Exports = Exports()
    units: dict[str, Exports] = {}
    publish: Publish = Publish()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file said (given as init values)."""
        return env_settings, init_settings

    def of_unit(self, unit_id: str) -> Exports:
        """A unit's own settings laid over those for all."""
        own = self.units.get(unit_id)
        if own is None:
            return self.exports
        return self.exports.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def read_settings(workspace: Path) -> Settings:
    """Settings of a workspace folder. Raises SettingsError in one line."""
    file = workspace / FILE
    try:
        values = TomlConfigSettingsSource(Settings, toml_file=file)() if file.is_file() else {}
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{FILE}: {where} = {first['input']!r}: {first['msg']}") from error
    except ValueError as error:  # TOML that cannot be parsed; settings sources wrap JSON errors in it too
        raise SettingsError(f"{FILE}: {error}") from error
