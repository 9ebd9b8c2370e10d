"""Work on large texts in a thread."""

import asyncio
import gc
import json
import threading

import pytest

from aloop_models.lsp import worker
from aloop_models.lsp.worker import Worker, encode


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        [[], {}],
        {"a": 1, "b": [True, None, 0.5, "x"], "c": {"d": '🎉 "quoted"\n'}},
        {"models": [{"id": number, "name": "é" * 3} for number in range(1_001)], "default": None},
        list(range(200)),
        list(range(401)),
        [{"a": list(range(21)), "b": []}, {"a": [{"b": [[]] * 300}], "c": 1}, {}, 5],
    ],
)
def test_encoded_as_json_reads_back(value: object) -> None:
    assert json.loads(encode(value)) == value
    assert encode(value) == json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def test_half_of_a_surrogate_pair_is_replaced() -> None:
    assert encode({"a": "x\ud800"}) == b'{"a":"x?"}'


def _objects(value: object) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(_objects, value.values()))
    return sum(map(_objects, value)) if isinstance(value, list) else 0


def test_no_step_encodes_more_than_a_few_items(monkeypatch: pytest.MonkeyPatch) -> None:
    dump, sizes = worker._dump, list[int]()

    def counted(value: object) -> bytes:
        sizes.append(_objects(value))
        return dump(value)

    monkeypatch.setattr(worker, "_dump", counted)
    items = [{"id": number} for number in range(10_000)]
    encode({"models": items})
    assert max(sizes) == 200
    assert sum(sizes) == 10_000
    sizes.clear()
    encode([{"name": "fallbacks", "children": [{"children": items}]}])
    assert max(sizes) == 200
    assert sum(sizes) == 10_000
    sizes.clear()
    encode([{"children": items[:20]} for _ in range(1_000)])
    assert max(sizes) == 200 * 21
    assert sum(sizes) == 1_000 * 21


def test_the_event_loop_runs_during_the_work() -> None:
    async def run() -> list[str]:
        order, started, proceed = list[str](), threading.Event(), threading.Event()

        def work() -> str:
            started.set()
            assert proceed.wait(60)
            assert not gc.isenabled()
            return "done"

        task = asyncio.ensure_future(Worker().run(work))
        while not started.is_set():
            await asyncio.sleep(0)
        order.append("another request")
        proceed.set()
        order.append(await task)
        return order

    assert asyncio.run(run()) == ["another request", "done"]
    assert gc.isenabled()


def test_an_error_in_the_work_is_raised() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(Worker().run(fail))
    assert gc.isenabled()


def test_values_are_freed_in_the_thread() -> None:
    class Large:
        def __del__(self) -> None:
            freed.append(threading.current_thread() is threading.main_thread())

    async def run() -> None:
        work = Worker()
        work.free([[Large()], None])
        await work.run(lambda: None)

    freed = list[bool]()
    asyncio.run(run())
    assert freed == [False]


def test_it_is_busy_until_all_work_has_ended() -> None:
    async def run() -> list[bool]:
        work, proceed = Worker(), threading.Event()
        found = [work.is_busy]
        tasks = [asyncio.ensure_future(work.run(action)) for action in (proceed.wait, lambda: None)]
        await asyncio.sleep(0)
        found.append(work.is_busy)
        proceed.set()
        await asyncio.gather(*tasks)
        return [*found, work.is_busy]

    assert asyncio.run(run()) == [False, True, False]
