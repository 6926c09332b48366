"""What readers get from a real server: nginx, set up as the guide says, sends the folder of releases."""

from __future__ import annotations

import grp
import gzip
import http.client
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import pytest
from extent import later
from handbook import ROOT, Handbook
from harness import NOBODY, Site
from publishing import desk, of_site
from ssh_servers import SshServer

RECIPE = next(iter(Handbook.read("docs/guides/publishing.md").of("nginx"))).text
CONFIG = """
daemon off; {reader} pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  types {{ text/html html; text/css css; text/javascript js; image/svg+xml svg; text/xml xml;
           application/json json; text/plain txt; }}
  access_log off;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  {recipe}
}}
"""
PATIENCE = 10.0


class Host(NamedTuple):
    """A site that is published to a folder which nginx sends."""

    site: Site
    port: int

    def sends_the_output(self) -> None:
        """Expect every page and asset to be sent as it is in the output, plain and encoded."""
        for path, data in of_site(self.site).items():
            assert (200, data) == self.get(address_of(path))[::2], path
            status, headers, body = self.get(address_of(path), **{"Accept-Encoding": "gzip"})
            encoded = headers.get("content-encoding") == "gzip"
            assert (200, data) == (status, gzip.decompress(body) if encoded else body), path

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of a file of the archive."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", f"/archive/{quote(path)}", headers=headers)
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def host(system_tool: Callable[[str], Path]) -> Iterator[Host]:
    """Yield a desk whose folder of releases nginx sends."""
    with a_folder() as folder, hosted(folder, system_tool("nginx"), desk) as host:
        yield host


@contextmanager
def a_folder() -> Iterator[Path]:
    """Make a folder that everybody may look into, which folders of pytest's are not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def hosted(folder: Path, program: Path, make: Callable[[Path, str], Site], table: str = "") -> Iterator[Host]:
    """Let nginx send what a site publishes to `www` in a folder, for as long as a block runs.

    Without a table of its own the site publishes releases there. Where root runs the tests, the server is somebody
    else, as it is on servers: what may be read by its owner only is not sent.
    """
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    served = f"{folder}/www/" if table else f"{folder}/www/current/"
    table = table or f'[publish.live]\nkind = "folder"\npath = "{folder}/www"\n'
    site = make(folder / "site", f'{table}address = "http://127.0.0.1:{port}/archive/"\n')
    recipe = RECIPE.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/srv/www/archive/current/", served)
    reader = (
        "master_process off;"
        if os.geteuid()
        else f"user {pwd.getpwuid(NOBODY).pw_name} {grp.getgrgid(NOBODY).gr_name};"
    )
    (folder / "conf").write_text(CONFIG.format(folder=folder, recipe=recipe, reader=reader))
    process = subprocess.Popen(
        [program, "-c", folder / "conf", "-p", folder, "-e", folder / "error.log"], stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.02)
        assert process.poll() is None, process.communicate()[1]
        yield Host(site, port)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


def address_of(path: str) -> str:
    """Return what a reader asks for to get a file."""
    return path.removesuffix("index.html") if path == "index.html" or path.endswith("/index.html") else path


def test_readers_get_the_output(host: Host) -> None:
    """Every page and asset is that of the output, byte for byte, plain and encoded; then what changed is."""
    host.site.run("publish", "--check").expect(0)
    for _ in range(2):
        host.sends_the_output()
        host.site.article("business/news", "Something new.", title="News")
        host.site.rename("content/articles/law/piece-0.md", "content/articles/law/moved.md") if _ == 0 else None
        facts = host.site.run("publish", "--build", "--check", "--json").expect(0).json
        assert facts["checked"] > 10
        assert not facts["wrong"]
    assert 404 == host.get("law/piece-0/")[0]
    assert 404 == host.get(".sitegen-published.json.gz")[0]


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[SshServer]:
    """Yield a server of SSH."""
    server = SshServer(tmp_path / "ssh")
    try:
        yield server.start()
    finally:
        server.kill()


@pytest.mark.parametrize("kind", later("folder", "rsync", "sftp"))
def test_the_sample_archive(kind: str, request: pytest.FixtureRequest, system_tool: Callable[[str], Path]) -> None:
    """Every page and asset of the sample is sent as it was built, whatever brought it there; so is what changes."""

    def sample(folder: Path, target: str) -> Site:
        shutil.copytree(ROOT / "content", folder / "content")
        config = (ROOT / "config.toml").read_text()
        return Site(folder, f'search.engine = "none"\n{config}\n{target}')

    with a_folder() as folder:
        table = ""
        if kind != "folder":
            ssh: SshServer = request.getfixturevalue("ssh")
            table = (ssh.rsync_table if kind == "rsync" else ssh.table)(folder / "www")
        with hosted(folder, system_tool("nginx"), sample, table) as host:
            site = host.site
            assert not site.run("publish", "--build", "--check", "--json").expect(0).json["wrong"]
            host.sends_the_output()
            gone = min((site.folder / "content/articles").rglob("*.md"))
            text = gone.read_text()
            gone.unlink()
            gone.with_name("another-name.md").write_text(text.replace("---\n", "---\nslug: another-name\n", 1))
            assert site.run("build", "--keep-going").code in (0, 3)
            facts = site.run("publish", "--yes", "--json").expect(0).json
            assert any(path.endswith("another-name/index.html") for path in facts["added"])
            assert len(of_site(site)) > 2 * len({*facts["added"], *facts["changed"]})
            host.sends_the_output()
            assert {404} == {host.get(address_of(path))[0] for path in facts["removed"] if path.endswith(".html")}


def test_headers(host: Host) -> None:
    """The recipe for nginx keeps fingerprinted assets for ever and sends encodings."""
    host.site.run("publish", "--build").expect(0)
    style = next(path for path in of_site(host.site) if path.startswith("assets/style"))
    _, headers, _ = host.get(style, **{"Accept-Encoding": "gzip"})
    assert ("public, max-age=31536000, immutable", "gzip") == (headers["cache-control"], headers["content-encoding"])
    for path, kind in (("", "text/html"), ("feed.xml", "text/xml"), ("feed.json", "application/json")):
        assert f"{kind}; charset=utf-8" == host.get(path)[1]["content-type"]


def test_what_is_wrong_there_is_told(host: Host) -> None:
    """A page that is not as published is named, and so is a server that does not answer."""
    host.site.run("publish", "--build").expect(0)
    current = Path(host.site.folder.parent / "www" / "current")
    held = {path: (current / path).read_bytes() for path in ("index.html", "sitemap.xml")}
    for path in held:
        (current / path).unlink()
        (current / path).write_bytes(b"other")
    try:
        for _ in range(20):
            run = host.site.run("publish", "--check", "--json")
            if run.json["wrong"]:
                break
        assert 1 == run.code
        assert {it["reason"] for it in run.json["wrong"]} == {"other bytes than those of the output"}
        assert "look again" in run.err
    finally:
        for path, data in held.items():
            (current / path).write_bytes(data)
    config = (host.site.folder / "config.toml").read_text()
    host.site.write("config.toml", config.replace(f":{host.port}/", ":9/"))
    try:
        run = host.site.run("publish", "--check").expect(1).says("not reached: Connection refused", "`address`")
        assert run.err.count("http://") == 4
        assert run.err.count("not reached") == 1
    finally:
        host.site.write("config.toml", config)


def test_a_reader_meets_whole_releases_only(host: Host) -> None:
    """While releases are switched, every page that is sent shows only what is sent too."""
    assert os.path.realpath(host.site.folder.parent / "www" / "current")
    host.site.run("publish", "--build").expect(0)
    seen = set()
    for number in range(4):
        host.site.write("templates/assets/style.css", f"body {{ color: #12{number} }}\n" * 60)
        page = host.get("")[2].decode()
        style = next(it for it in page.split('"') if "assets/style" in it).partition("/assets/")[2]
        host.site.run("publish", "--build").expect(0)
        # The reader who has the page of the release before still gets its style sheet.
        assert 200 == host.get(f"assets/{style}")[0]
        seen.add(style)
    assert 4 == len(seen)
