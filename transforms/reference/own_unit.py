"""Whether a name in a row is the sender's own, in a file with rows of several units. Reads no file."""

from dataclasses import dataclass
from datetime import date

from transforms.reference.unit_file import listed
from transforms.reference.unit_names import likeness, spelling
from transforms.reference.units import Registry

_ALIKE = 80  # of 100: a name so alike that leaving it out would be a guess


@dataclass(frozen=True)
class OwnUnit:
    """A unit among all of `registry` on a day (None: at any time)."""

    registry: Registry
    unit_id: str
    day: date | None = None

    def __call__(self, name: str) -> bool | None:
        """True: the unit's own name. False: another's. None: not known whose, and like its own or one of several."""
        meant = self.registry.meant(name, self.day)
        if len(meant) == 1:
            return meant[0] == self.unit_id
        if meant:
            return None if self.unit_id in meant else False
        if not any(map(str.isalpha, name)):
            return False  # a code is right or another's
        asked = spelling(name, self.registry.words)
        alike = max((likeness(asked, spelling(own, self.registry.words))[0] for own in self._names()), default=0.0)
        return None if alike >= _ALIKE else False

    def _names(self) -> list[str]:
        own = self.registry.units.filter(unit_id=self.unit_id)
        return [name for row in own.iter_rows(named=True) for name in (row["name"], *listed(row["aliases"]))]
