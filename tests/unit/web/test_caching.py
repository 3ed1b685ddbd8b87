"""What a browser may keep of pictures: never one that has changed, and nothing where others may sit at the browser."""

from starlette.requests import Request

from wordfuse.web.caching import picture_answer


def asking(tag: str = "") -> Request:
    return Request({"type": "http", "headers": [(b"if-none-match", tag.encode())] if tag else []})


def test_a_picture_is_sent_again_only_when_it_has_changed() -> None:
    first = picture_answer(asking(), b"one", "image/webp", keeps=True)
    assert (first.status_code, first.body, first.media_type) == (200, b"one", "image/webp")
    assert first.headers["cache-control"] == "private, no-cache", "kept, but asked for each time"
    tag = first.headers["etag"]
    same = picture_answer(asking(f'"other", W/{tag}'), b"one", "image/webp", keeps=True)
    assert (same.status_code, same.body, same.headers["etag"]) == (304, b"", tag)
    changed = picture_answer(asking(tag), b"two", "image/webp", keeps=True)
    assert (changed.status_code, changed.body) == (200, b"two")
    assert changed.headers["etag"] != tag


def test_where_it_may_not_be_kept_it_is_always_sent() -> None:
    tag = picture_answer(asking(), b"one", "image/webp", keeps=True).headers["etag"]
    answer = picture_answer(asking(tag), b"one", "image/webp", keeps=False)
    assert (answer.status_code, answer.body, answer.headers["cache-control"]) == (200, b"one", "no-store")
    assert "etag" not in answer.headers
