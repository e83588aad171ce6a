"""The demo's door: one click in the demo, absent everywhere else."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from azimuth.people.models import Account, Person
from tests.cast import Cast


@pytest.fixture
def stage(cast: Cast) -> Cast:
    """Ada is of the demo's cast."""
    Person.objects.filter(pk=cast.ada.pk).update(attributes={"demo": "Two forms wait for you."})
    return cast


def test_one_click_and_one_is_somebody(stage: Cast, settings: Any) -> None:
    settings.DEMO = True
    client = Client()
    response = client.get("/people/", follow=True)
    page = response.content.decode()
    assert "Step into the demo" in page
    assert "Two forms wait for you." in page
    assert "Bo Lindqvist" not in page
    response = client.post(f"/accounts/demo/{stage.ada.pk}/", {"next": "/people/"})
    assert response["Location"] == "/people/"
    assert client.get("/people/").status_code == 200


def test_only_the_cast_and_only_those_who_may_sign_in(stage: Cast, settings: Any) -> None:
    settings.DEMO = True
    assert Client().post(f"/accounts/demo/{stage.iris.pk}/").status_code == 404
    Account.objects.filter(person=stage.ada).update(is_active=False)
    assert Client().post(f"/accounts/demo/{stage.ada.pk}/").status_code == 404


def test_it_takes_a_click_not_a_link(stage: Cast, settings: Any) -> None:
    settings.DEMO = True
    assert Client().get(f"/accounts/demo/{stage.ada.pk}/").status_code == 405
    assert Client(enforce_csrf_checks=True).post(f"/accounts/demo/{stage.ada.pk}/").status_code == 403


def test_nobody_is_led_elsewhere(stage: Cast, settings: Any) -> None:
    settings.DEMO = True
    assert Client().post(f"/accounts/demo/{stage.ada.pk}/", {"next": "//evil.example/"})["Location"] == "/"


def test_the_ordinary_way_in_stays(stage: Cast, settings: Any) -> None:
    settings.DEMO = True
    assert "Work e-mail" in Client().get("/accounts/login/?form").content.decode()


def test_outside_the_demo_the_door_is_absent(stage: Cast) -> None:
    client = Client()
    assert client.get("/accounts/demo/").status_code == 404
    assert client.post(f"/accounts/demo/{stage.ada.pk}/").status_code == 404
    assert "_auth_user_id" not in client.session


def test_production_refuses_to_be_the_demo() -> None:
    told = {
        "AZIMUTH_ENV": "production", "AZIMUTH_DEMO": "yes", "AZIMUTH_ALLOWED_HOSTS": "azimuth.example.org",
        "AZIMUTH_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-0123456789abcdefghij",
    }
    done = subprocess.run(
        [sys.executable, "-c", "import azimuth.settings"], env={**os.environ, **told}, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "AZIMUTH_DEMO=no" in done.stderr
