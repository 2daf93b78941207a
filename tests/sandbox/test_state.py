"""What the store remembers, and what it never remembers by halves."""

import threading

import pytest

from jono.sandbox.state import State

MUG = {"id": "gid://shopify/Product/1", "title": "Mug", "updatedAt": "2026-03-01T12:00:00Z"}


def test_a_record_is_found_by_its_id() -> None:
    state = State()
    state.put([MUG])
    assert state.find(MUG["id"]) == MUG | {"__typename": "Product"}
    assert state.find("gid://shopify/Product/2") is None
    assert state.find("mug") is None


def test_a_record_is_replaced_by_one_of_the_same_id() -> None:
    state = State()
    state.put([MUG])
    assert state.find(MUG["id"])
    state.put([MUG | {"title": "Cup"}])
    assert (state.find(MUG["id"]) or {})["title"] == "Cup"
    assert state.count("Product") == 1


def test_what_is_being_written_is_found_and_counted_already() -> None:
    state = State()
    with state.writing():
        state.put([MUG])
        state.put([MUG | {"title": "Cup"}])
        assert (state.find(MUG["id"]) or {})["title"] == "Cup"
        assert state.count("Product") == 1
        assert [each["title"] for each in state.each("Product")] == ["Cup"]
        with pytest.raises(RuntimeError), state.writing():
            state.put([MUG | {"title": "Jug"}])
            assert list(state.take_numbers("Order", 1, 2)) == [1, 2]
            raise RuntimeError
        assert (state.find(MUG["id"]) or {})["title"] == "Cup"
    assert list(state.take_numbers("Order", 1, 1)) == [1]


def test_all_is_kept_or_nothing() -> None:
    state = State()
    with pytest.raises(ValueError, match="not a global id"):
        state.put([MUG, {"id": "mug"}])
    assert state.count("Product") == 0
    with pytest.raises(RuntimeError), state.writing():
        state.put([MUG])
        assert state.find(MUG["id"])
        state.take_numbers("Order", 1, 5)
        raise RuntimeError
    assert state.find(MUG["id"]) is None
    assert list(state.take_numbers("Order", 1, 1)) == [1]


def test_a_number_is_never_given_twice() -> None:
    state = State()
    taken: list[int] = []

    def take() -> None:
        for _ in range(50):
            taken.extend(state.take_numbers("Order", 1001, 2))

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1001, 1401))


def test_removing_says_whether_there_was_anything() -> None:
    state = State()
    state.put([MUG])
    assert state.remove(MUG["id"])
    assert not state.remove(MUG["id"])
    assert state.find(MUG["id"]) is None
