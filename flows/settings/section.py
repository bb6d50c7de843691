"""The base class of all sections of tyle.toml. Defines no section."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of tyle.toml. Unknown keys are refused, so that a typing error does not silently mean the default.

    Error texts do not contain the value: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
