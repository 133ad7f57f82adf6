"""The demo's licence, as testers change it."""

from contextlib import contextmanager

PATH = "/ext/v1/demo/licence"


def put_licence(demo, plan: str, **more) -> dict:
    answer = demo.http.put(PATH, json={"plan": plan, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


@contextmanager
def licensed(demo, plan: str, **more):
    """The demo with this licence, and afterwards with the one it starts with."""
    try:
        yield put_licence(demo, plan, **more)
    finally:
        put_licence(demo, "unlimited")
