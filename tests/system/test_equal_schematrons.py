"""The reduced schematrons tell what the shipped ones tell about mutated invoices, rule by rule and
in the same order: 20 documents in `make test`, a thousand for each with --full-size.
"""

import json
import subprocess
import sys

import pytest

from shop.core.paths import ROOT
from shop.documents.schematron import SCHEMATRONS
from shop.einvoicing.channel_rules import Channel


def test_reduced_and_shipped_schematrons_tell_the_same(request: pytest.FixtureRequest):
    full = request.config.getoption("full_size")
    channels = list(Channel) if full else [Channel.REFORM]
    names = sorted({name for channel in channels for name in SCHEMATRONS[channel]})
    command = [sys.executable, "-m", "tests.equal_schematrons", "1000" if full else "20", *names]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [row["schematron"] for row in rows] == names
    for row in rows:
        assert row["different"] == []
        assert row["told"] > (row["rules"] // 3 if full else 20)
