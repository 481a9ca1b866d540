"""What runs beside everything else: once of a name at a time."""

import asyncio

from bot.alerts.errands import Errands


def test_an_errand_is_not_begun_again_while_it_is_under_way():
    begun = []

    async def look():
        ends = asyncio.Event()

        async def errand():
            begun.append(1)
            await ends.wait()

        async with Errands() as errands:
            first = errands.begin("trial", errand)
            await asyncio.sleep(0)
            assert errands.begin("trial", errand) is first
            ends.set()
            await first
            assert errands.begin("trial", errand) is not first

    asyncio.run(look())
    assert len(begun) == 2
