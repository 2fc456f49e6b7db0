"""Somebody at the pages of a school, with their cookie and whatever the last page's forms carry."""

import re
from collections.abc import Mapping
from typing import Any

from support.school import School


class SignedIn:
    """Opens pages and presses buttons; ``page`` is the last one's text."""

    def __init__(self, school: School, who: str) -> None:
        self.base = f"/schools/{school.organisation}/"
        self._client = school.site.client
        self._cookie = {"Cookie": f"rollbook={school.token(who)}"}
        self.page = ""
        self.path = ""

    def get(self, path: str) -> int:
        """Open a page of the school."""
        return self._kept(self._client.get(self.base + path, headers=self._cookie, follow_redirects=False))

    def send(self, path: str, fields: Mapping[str, str], *, own: bool = True) -> int:
        """Press a button of the last page; without ``own``, as another site's form would."""
        data = {**(self._own() if own else {}), **fields}
        return self._kept(self._client.post(self.base + path, data=data, headers=self._cookie, follow_redirects=False))

    def _own(self) -> dict[str, str]:
        return dict(re.findall(r'<input type="hidden" name="(form|key)" value="([^"]*)">', self.page))

    def _kept(self, answer: Any) -> int:
        if answer.status_code == 303:
            assert answer.headers["location"].startswith(self.base), answer.headers["location"]
            return self.get(answer.headers["location"].removeprefix(self.base))
        self.page, self.path = answer.text, answer.url.path.removeprefix(self.base)
        return int(answer.status_code)
