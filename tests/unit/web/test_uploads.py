"""What is uploaded to a page, and how long it stays."""

import asyncio
from contextlib import suppress

import pytest

from wordfuse.agent.errors import InputError
from wordfuse.web import offers as page
from wordfuse.web.offers import Offers


def test_an_upload_goes_after_its_time_though_nobody_sends_another(monkeypatch: pytest.MonkeyPatch) -> None:
    offers = Offers(None)
    token = offers.take("somebody", ("ir.png", b"1"), ("vi.png", b"2"))
    chosen = offers.chosen("somebody", {"upload": token})
    offers.tidy()
    assert chosen.ir.read_bytes() == b"1"
    monkeypatch.setattr(page, "KEPT_S", -1.0)

    async def swept() -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(offers.sweep(), 0.05)

    asyncio.run(swept())
    assert not chosen.ir.parent.exists()
    with pytest.raises(InputError, match="no longer there"):
        offers.chosen("somebody", {"upload": token})
    offers.close()
