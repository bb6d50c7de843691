"""The base of everything tyle.toml says. Knows no section."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A section of tyle.toml: unknown keys are refused, so that a typing error is no silent default.

    What was written is kept out of error texts: it may be a secret in the wrong place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
