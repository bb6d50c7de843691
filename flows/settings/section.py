"""The base class of all sections of tyle.toml. Defines no section."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

T = TypeVar("T")


def _of_list(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Several = Annotated[tuple[T, ...], BeforeValidator(_of_list)]  # a list of TOML or JSON


class Section(BaseModel):
    """A section of tyle.toml. Unknown keys are refused, so that a typing error does not silently mean the default.

    No value is taken for one of another type: `"10"` is no number. Only the environment, which has nothing but texts,
    is converted. Error texts do not contain the value: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)
