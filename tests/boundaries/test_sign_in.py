"""Who signs in is read by statements of ours: the same person as the ORM reads, and nobody for longer than they may."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from boundaries.models import Unit, User
from boundaries.sign_in import Accounts
from cases.permissions import roles_of
from tests.factories import make_user


@pytest.fixture
def somebody(xingyang):
    unit = Unit.objects.filter(region=xingyang.region_id).first()
    return make_user(
        "inspector", "leader", group_codes=["G1", "G3"], unit=unit, display_name="某 '\"%s", officer_cert_no="1"
    )


def test_a_person_is_read_as_the_orm_reads_them_with_their_roles(somebody):
    read, wanted = Accounts().get_user(somebody.pk), User.objects.get(pk=somebody.pk)
    assert {field.attname: getattr(read, field.attname) for field in User._meta.concrete_fields} == {
        field.attname: getattr(wanted, field.attname) for field in User._meta.concrete_fields
    }
    assert sorted(read.role_names) == ["inspector", "leader"]
    assert roles_of(read) == roles_of(wanted)
    read.display_name = "changed"
    read.save()
    assert User.objects.get(pk=somebody.pk).display_name == "changed"


def test_nobody_is_read_where_there_is_none_or_the_account_is_closed(somebody):
    assert Accounts().get_user(0) is None
    User.objects.filter(pk=somebody.pk).update(is_active=False)
    assert Accounts().get_user(somebody.pk) is None


def page_of(client):
    return client.get("/responsibility/").status_code


@pytest.fixture
def signed_in(somebody):
    client = Client()
    client.force_login(somebody)
    assert page_of(client) == 200
    return client


def test_a_session_that_ended_is_worth_nothing(signed_in):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert page_of(signed_in) == 302


def test_signing_out_ends_it_everywhere_at_once(signed_in, somebody):
    elsewhere = Client()
    elsewhere.cookies = signed_in.cookies.copy()
    signed_in.post("/sign-out/")
    assert page_of(elsewhere) == 302


def test_a_role_that_is_taken_away_is_gone_with_the_next_request(signed_in, somebody):
    assert signed_in.get("/cases/rows/").status_code == 200
    somebody.groups.clear()
    assert signed_in.get("/cases/rows/").status_code == 403


def test_a_changed_password_ends_other_sessions(signed_in, somebody):
    somebody.set_password("another long password")
    somebody.save()
    assert page_of(signed_in) == 302
