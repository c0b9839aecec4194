from typing import Annotated, Literal, get_args

import httpx
import pytest
from fastapi import FastAPI, Header
from fastapi.testclient import TestClient
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import core_schema
from structlog.testing import capture_logs

from shared.text.masking import mask_personal
from shared.web.field_messages import GENERAL, FieldError, json_pointer, message
from shared.web.frame import install_frame
from shared.web.pages import Pages
from shared.web.problem_catalogue import busy, standard_problem, unavailable
from shared.web.problems import FieldProblem, Problem

SECRET = "Ayşe Yılmaz 12345678901"


class Place(BaseModel):
    model_config = ConfigDict(extra="forbid")
    lat: float = Field(ge=40, le=42)


class Report(BaseModel):
    model_config = ConfigDict(extra="forbid")
    description: str = Field(max_length=10)
    place: Place
    channel: Literal["web", "call"] = "web"
    photos: list[Place] = []
    phone: str = ""

    @field_validator("phone")
    @classmethod
    def _ten_digits(cls, value: str) -> str:
        if value and len(value) != 10:
            raise FieldError("Cep telefonunuzu 10 haneli yazın.", "Write ten digits.", "phone_length")
        return value


def service() -> FastAPI:
    app = FastAPI()

    @app.post("/v1/reports")
    async def create(report: Report, idempotency_key: Annotated[str, Header()]) -> None: ...

    @app.get("/v1/{what}")
    async def fail(what: str) -> None:
        match what:
            case "busy":
                raise busy(30)
            case "away":
                raise unavailable(7)
            case "conflict":
                raise Problem(
                    409,
                    "key-reused",
                    "Anahtar kullanılmış",
                    "Key was used",
                    errors=[FieldProblem("/a", "Değiştirin", "Change it", "reused")],
                )
            case _:
                raise RuntimeError(SECRET)

    @app.get("/page")
    async def page() -> None:
        raise RuntimeError(SECRET)

    install_frame(app, pages=Pages("services.intake"))
    return app


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(service(), headers={"Idempotency-Key": "k"})


GOOD = {"description": "çukur", "place": {"lat": 41}}


def errors_of(answer: httpx.Response) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.json()["errors"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"description": "x" * 11}, {"/description": "string_too_long"}),
        ({"place": {"lat": 39}}, {"/place/lat": "greater_than_equal"}),
        ({"place": {"lat": 41, "name": SECRET}}, {"/place/name": "extra_forbidden"}),
        ({"photos": [{"lat": 41}, {}]}, {"/photos/1/lat": "missing"}),
        ({"channel": SECRET}, {"/channel": "literal_error"}),
        ({"phone": "123"}, {"/phone": "phone_length"}),
        ({"a/b~c": 1}, {"/a~1b~0c": "extra_forbidden"}),
    ],
)
def test_invalid_field_is_named_by_its_pointer_and_its_value_is_not_repeated(
    client: TestClient, change: dict[str, object], expected: dict[str, str]
) -> None:
    answer = client.post("/v1/reports", json=GOOD | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert errors_of(answer) == expected
    assert SECRET not in answer.text
    assert all(error["message_tr"] and error["message_en"] for error in answer.json()["errors"])


def test_own_rule_speaks_in_its_own_words(client: TestClient) -> None:
    [error] = client.post("/v1/reports", json=GOOD | {"phone": "123"}).json()["errors"]
    assert error["message_tr"] == "Cep telefonunuzu 10 haneli yazın."
    assert error["message_en"] == "Write ten digits."


def test_choices_are_joined_in_each_language(client: TestClient) -> None:
    [error] = client.post("/v1/reports", json=GOOD | {"channel": "fax"}).json()["errors"]
    assert error["message_tr"] == "Şunlardan biri olmalı: 'web' ya da 'call'"
    assert error["message_en"] == "Must be one of: 'web' or 'call'"


def test_missing_header_says_that_it_is_a_header(client: TestClient) -> None:
    del client.headers["Idempotency-Key"]
    answer = client.post("/v1/reports", json=GOOD)
    client.headers["Idempotency-Key"] = "k"
    [error] = answer.json()["errors"]
    assert (error["in"], error["field"]) == ("header", "/idempotency-key")


def test_broken_json_is_a_bad_request(client: TestClient) -> None:
    answer = client.post(
        "/v1/reports", content='{"description": ', headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert errors_of(answer) == {"": "json_invalid"}


def test_body_of_another_type_is_refused_as_such(client: TestClient) -> None:
    assert (
        client.post("/v1/reports", content="a=b", headers={"content-type": "text/plain"}).status_code == 415
    )


@pytest.mark.parametrize(
    ("accept", "language"), [("en;q=0.9, tr;q=0.5", "en"), ("tr", "tr"), ("de", "tr"), ("", "tr")]
)
def test_accept_language_chooses_which_title_comes_first(
    client: TestClient, accept: str, language: str
) -> None:
    answer = client.get("/v1/busy", headers={"accept-language": accept})
    other = {"tr": "en", "en": "tr"}[language]
    titles = {"tr": "Şu an yoğunuz", "en": "We are busy just now"}
    assert answer.json()["title"] == titles[language]
    assert answer.json()[f"title_{other}"] == titles[other]
    assert answer.headers["content-language"] == language


@pytest.mark.parametrize(("path", "status", "seconds"), [("busy", 429, "30"), ("away", 503, "7")])
def test_waiting_time_stands_in_header_and_sentence(
    client: TestClient, path: str, status: int, seconds: str
) -> None:
    answer = client.get(f"/v1/{path}")
    assert (answer.status_code, answer.headers["retry-after"]) == (status, seconds)
    assert f"{seconds} saniye" in answer.json()["detail"]


def test_own_problem_is_answered_as_it_was_raised(client: TestClient) -> None:
    body = client.get("/v1/conflict").json()
    assert body["type"] == "urn:istek:problem:key-reused"
    assert body["status"] == 409
    assert body["errors"][0]["code"] == "reused"
    assert "detail" not in body


def test_unknown_method_names_the_known_ones(client: TestClient) -> None:
    answer = client.delete("/v1/reports")
    assert answer.status_code == 405
    assert answer.headers["allow"]


def test_server_fault_gives_a_code_and_keeps_its_cause_to_itself(client: TestClient) -> None:
    answer = client.get("/v1/fault")
    assert answer.status_code == 500
    assert "Hata kodu: " in answer.json()["detail"]
    assert SECRET not in answer.text
    assert "content-security-policy" in answer.headers


def test_the_code_of_a_fault_stands_in_the_log_as_it_was_told(client: TestClient) -> None:
    for _ in range(300):
        with capture_logs() as logged:
            told = client.get("/v1/fault").json()["detail"].rpartition(" ")[2]
        (failure,) = (entry for entry in logged if entry["event"] == "request_failed")
        assert mask_personal(failure["code"]) == told


@pytest.mark.parametrize(("path", "status"), [("/page", 500), ("/nowhere", 404)])
def test_browser_gets_the_same_words_as_a_page(client: TestClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<h1>{standard_problem(status).title['tr']}</h1>" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_api_never_answers_with_a_page(client: TestClient) -> None:
    answer = client.get("/v1/nowhere/at/all", headers={"accept": "text/html"})
    assert answer.headers["content-type"] == "application/problem+json"


# What only arguments of Python functions, Python objects or settings can raise, never a field of a request.
NOT_FROM_REQUESTS = {
    *("no_such_attribute", "needs_python_object", "frozen_field", "frozen_instance", "get_attribute_error"),
    *(
        "named_tuple_type",
        "default_factory_not_called",
        "iteration_error",
        "is_instance_of",
        "is_subclass_of",
    ),
    *("callable_type", "arguments_type", "missing_argument", "unexpected_keyword_argument"),
    *("missing_keyword_only_argument", "unexpected_positional_argument", "missing_positional_only_argument"),
    *("multiple_argument_values", "missing_sentinel_error", "ellipsis_error", "recursion_depth_exceeded"),
    *("ordered_dict_type", "counter_type"),
}


@pytest.mark.parametrize("code", sorted(set(get_args(core_schema.ErrorType)) - NOT_FROM_REQUESTS))
def test_every_error_a_request_can_raise_has_words_of_its_own(code: str) -> None:
    turkish, english = message(code, {})
    assert (turkish, english) != GENERAL
    assert turkish != english


def test_an_unknown_rule_still_gets_a_sentence() -> None:
    assert message("rule_of_tomorrow", {}) == GENERAL


def test_datetime_and_date_are_told_apart() -> None:
    assert message("datetime_parsing", {}) != message("date_parsing", {})
    assert message("time_delta_parsing", {}) != message("time_parsing", {})


def test_long_names_of_unknown_fields_are_cut() -> None:
    assert json_pointer(["x" * 200]) == "/" + "x" * 64
