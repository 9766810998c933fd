"""The session key kept in the data folder."""

from gis_core.secret import kept_key


def test_the_key_is_made_once_and_read_by_its_owner_alone(tmp_path):
    first = kept_key(tmp_path / "new")
    assert len(first) >= 50
    assert kept_key(tmp_path / "new") == first
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_two_folders_have_two_keys(tmp_path):
    assert kept_key(tmp_path / "a") != kept_key(tmp_path / "b")


def test_leftovers_of_making_it_are_gone(tmp_path):
    kept_key(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
