"""What steps share, against a package index on loopback."""

import os
import subprocess
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = "pyspark-4.3.0.tar.gz"
PAGE = "<!DOCTYPE html>\n<html><head><title>Links for pyspark</title></head><body>{}</body></html>\n"


class Index:
    """Answers with what its pages hold; a page that is an address leads there."""

    def __init__(self, pages):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                page = pages.get(self.path)
                if page is None:
                    self.send_response(404)
                elif page.startswith("/"):
                    self.send_response(301)
                    self.send_header("location", page)
                else:
                    self.send_response(200)
                self.end_headers()
                if self.path in pages:
                    self.wfile.write(page.encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.host = f"127.0.0.1:{self.server.server_port}"
        self.url = f"http://{self.host}/simple"

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def run(script, **variables):
    """As the agent runs a step, without its pauses."""
    script = f'sleep() {{ :; }}; . "{HERE}/lib.sh"; {script}'
    environment = {"PATH": os.environ["PATH"], "NO_PROXY": "127.0.0.1", **variables}
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


class AddressOf(unittest.TestCase):
    def found(self, *links, path="/simple/pyspark/", **pages):
        pages = {path: PAGE.format("<br />\n".join(links)), **pages}
        index = Index(pages)
        self.addCleanup(index.close)
        ran = run(f'url=$(address_of pyspark {FILE}); echo "at $url"', PIP_INDEX_URL=index.url)
        return index, ran

    def is_at(self, address, *links, **more):
        index, ran = self.found(*links, **more)
        self.assertEqual((ran.stdout, ran.stderr), (f"at {address.format(index.host)}\n", ""))

    def is_nowhere(self, *links, **more):
        index, ran = self.found(*links, **more)
        self.assertNotEqual(ran.returncode, 0)
        self.assertEqual(ran.stdout, "")
        # What people read is the end of it.
        last = ran.stderr.splitlines()[-1]
        self.assertEqual(last, f"no {FILE} was found in the package index: {index.url}/pyspark/")
        return ran.stderr

    def test_pypis_page_names_another_host_and_the_hash(self):
        self.is_at(
            f"https://files.example.org/packages/46/b2/{FILE}",
            '<a href="https://files.example.org/packages/aa/pyspark-4.2.0.tar.gz#sha256=0a">pyspark-4.2.0.tar.gz</a>',
            f'<a href="https://files.example.org/packages/46/b2/{FILE}#sha256=e8" data-requires-python="&gt;=3.10">{FILE}</a>',
        )

    def test_a_mirrors_page_names_files_from_where_it_is(self):
        self.is_at(f"http://{{}}/packages/46/b2/{FILE}", f'<a href="../../packages/46/b2/{FILE}#sha256=e8">{FILE}</a>')
        self.is_at(f"http://{{}}/simple/pyspark/{FILE}", f"<a class=x href='{FILE}'>{FILE}</a>")
        self.is_at(f"http://{{}}/f/{FILE}?a=1&b=2", f'<A HREF="/f/{FILE}?a=1&amp;b=2#sha256=e8">{FILE}</A>')

    def test_a_page_that_is_elsewhere_counts_from_there(self):
        self.is_at(
            f"http://{{}}/mirror/files/{FILE}",
            f'<a href="../../files/{FILE}">{FILE}</a>',
            path="/mirror/simple/pyspark/",
            **{"/simple/pyspark/": "/mirror/simple/pyspark/"},
        )

    def test_what_only_looks_alike_is_passed_over(self):
        lookalikes = [
            f'<a href="/f/{name}">{FILE}</a>'
            for name in (
                FILE + ".metadata",
                FILE + ".asc",
                "pyspark-4.3.0.dev1.tar.gz",
                "not-" + FILE,
                f"other#{FILE}",
                f"other?/{FILE}",
                f"{FILE}/other",
            )
        ] + [f"<a>{FILE}</a>", f'<a data-file="/f/{FILE}">{FILE}</a>']
        self.is_at(f"http://{{}}/f/{FILE}", *lookalikes, f'<a href="/f/{FILE}">{FILE}</a>')
        self.is_nowhere(*lookalikes)

    def test_an_index_without_it_is_named_at_the_end_of_the_log(self):
        self.is_nowhere()
        log = self.is_nowhere(path="/simple/py4j/")
        self.assertIn("attempt 4 failed: curl", log)
        self.assertIn("404", log.splitlines()[-2])

    def test_an_index_that_does_not_answer_is_named_as_well(self):
        index = Index({})
        index.close()
        ran = run(f"url=$(address_of pyspark {FILE}); echo reached", PIP_INDEX_URL=index.url)
        self.assertNotEqual(ran.returncode, 0)
        self.assertEqual(ran.stdout, "")
        *_, cause, last = ran.stderr.splitlines()
        self.assertTrue(cause.startswith("curl: (7)"), cause)
        self.assertEqual(last, f"no {FILE} was found in the package index: {index.url}/pyspark/")


class Trust(unittest.TestCase):
    def test_pip_trusts_a_host_over_http_that_the_deployment_names_and_no_other(self):
        told = 'echo "${PIP_TRUSTED_HOST-none}"'
        for index, host in (
            ("http://mirror.example:8080/root/pypi/+simple", "mirror.example:8080"),
            ("http://mirror.example", "mirror.example"),
            ("https://mirror.example/simple", "none"),
            ("", "none"),
        ):
            self.assertEqual(run(told, PIP_INDEX_URL=index).stdout, host + "\n")
        self.assertEqual(run(told).stdout, "none\n")


if __name__ == "__main__":
    unittest.main()
