"""The section [alerts] of tyle.toml. Sends nothing and reads no secret."""

from typing import Literal

from pydantic import Field, SecretStr

from flows.settings.secrets import Secret
from flows.settings.section import Section, Several

Url = SecretStr | Secret  # an apprise URL holds passwords and tokens


class Route(Section):
    """More URLs for the alerts of some unit groups and severities, besides `[alerts] urls`; no `groups`: all units."""

    groups: Several[str] = ()
    severities: Several[Literal["critical", "warning"]] = Field(("critical",), min_length=1)
    urls: Several[Url] = Field(min_length=1)

    def takes(self, unit_group: str, severity: str) -> bool:
        """Whether alerts of this group and severity go to `urls`."""
        return severity in self.severities and (not self.groups or unit_group in self.groups)


class Alerts(Section):
    """Where alerts on held back, missing and late exports go; without URLs they are recorded and nothing is sent."""

    urls: Several[Url] = Field((), description="apprise URLs for all that is critical")
    routes: Several[Route] = ()
    repeat_hours: float = Field(24, gt=0, description="hours after which an alert that stays open is sent again")
    digest_above: int = Field(10, ge=1, description="more alerts than this at once are sent as one message")
    lang: Literal["vi", "en"] = "vi"

    def urls_for(self, unit_group: str, severity: str) -> tuple[Url, ...]:
        """The URLs an alert goes to, each once."""
        own = self.urls if severity == "critical" else ()
        routed = (url for route in self.routes if route.takes(unit_group, severity) for url in route.urls)
        return tuple(dict.fromkeys((*own, *routed)))
