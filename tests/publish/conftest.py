"""What tests of publishing need: event loops of their own; a server and a desk, where one for a module is enough."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from harness import Site, no_loop_of_a_browser
from publishing import desk
from ssh_servers import SshServer


@pytest.fixture(autouse=True)
def _own_loops() -> Iterator[None]:
    """Let a test run coroutines, whatever browser an earlier one has left open."""
    with no_loop_of_a_browser():
        yield


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    """Yield a server of SSH."""
    made = SshServer(tmp_path_factory.mktemp("ssh") / "server")
    try:
        yield made.start()
    finally:
        made.kill()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Return a desk that is built, with no target."""
    return desk(tmp_path_factory.mktemp("desk") / "site", "", pieces=2)
