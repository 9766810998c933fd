"""When packages are installed again: a changed lock, an interrupted installation, and never otherwise."""

import pytest

from setup import packages


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """Give a finished environment, and the list of what is started from then on."""
    venv = tmp_path / ".venv"
    python = venv / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/bin/true")
    locks = tmp_path / "locks"
    locks.mkdir()
    for name in ("run", "test"):
        (locks / f"{name}.txt").write_text(f"{name} 1\n")
    started = []

    def run_quietly(command, **options):
        started.append(command[1:3])
        if command[1:3] == ["-m", "venv"]:
            python.parent.mkdir(parents=True)
            python.symlink_to("/bin/true")

    changes = {
        "PROJECT": tmp_path, "PYTHON": python, "VENV": venv, "UNFINISHED": venv / "unfinished",
        "STAMP": venv / "installed", "run_quietly": run_quietly,
    }  # fmt: skip
    for name, value in changes.items():
        monkeypatch.setattr(packages, name, value)
    packages._install_python_packages(["run"])
    started.clear()
    return tmp_path, started


def test_an_unchanged_lock_installs_nothing(environment):
    _, started = environment
    packages._install_python_packages(["run"])
    assert started == []


def test_a_changed_lock_is_installed_into_the_same_environment(environment):
    folder, started = environment
    (folder / "locks" / "run.txt").write_text("run 2\n")
    packages._install_python_packages(["run"])
    assert started == [["-m", "pip"]]


def test_the_larger_lock_serves_the_smaller_too(environment):
    _, started = environment
    packages._install_python_packages(["run", "test"])
    packages._install_python_packages(["run"])
    packages._install_python_packages(["run", "test"])
    assert started == [["-m", "pip"], ["-m", "pip"]]


def test_an_interrupted_installation_is_made_anew(environment):
    folder, started = environment
    (folder / ".venv" / "unfinished").touch()
    packages._install_python_packages(["run"])
    assert started == [["-m", "venv"], ["-m", "pip"]]
    assert not (folder / ".venv" / "unfinished").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(environment):
    folder, started = environment
    python = folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(folder / "gone")
    packages._install_python_packages(["run"])
    assert started == [["-m", "venv"], ["-m", "pip"]]
