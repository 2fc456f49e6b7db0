"""The connectors' own client, over a test's connection instead of a network's."""

from typing import Any

from services.connectors.client import Client
from support.school import School


class Wire(Client):
    """A connector of a school."""

    def __init__(self, school: School, who: str = "connector") -> None:
        super().__init__("http://testserver", school.token(who), school.organisation)
        self._http = school.site.client
        self._headers = {"Authorization": f"Bearer {school.token(who)}"}

    def _sent(self, method: str, path: str, **parts: Any) -> Any:
        return super()._sent(method, path, **{**parts, "headers": self._headers | parts.get("headers", {})})
