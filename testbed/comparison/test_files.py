"""A hundred checks of files for pytest-testinfra: those that validate-deployment.sh makes of the same specification."""

import os

import pytest

FILES = [f"{os.environ['FILES']}/file-{number:02}.conf" for number in range(50)]


@pytest.mark.parametrize("path", FILES)
def test_owner(host, path):
    file = host.file(path)
    assert (file.user, file.group) == ("root", "root")


@pytest.mark.parametrize("path", FILES)
def test_mode(host, path):
    assert host.file(path).mode == 0o640
