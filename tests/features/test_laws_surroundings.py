"""The law of fixes in random surroundings; `make fuzz` runs it for longer."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.mistake import Mistake
from support.mistakes import BY_NAME
from support.surroundings import OTHERS, SURROUNDINGS, Surroundings, check_in_surroundings

ENTRIES = [mistake for mistake in BY_NAME.values() if mistake.model_id]
EVERYTHING = Surroundings(4, True, OTHERS, 2, True, '"', "&mine", True, True, True, "\r\n", True)


# What `make fuzz` finds is added here, as the example that it prints.
@example(BY_NAME["vllm/m#work api_base: https://gw.example.com/v1"], EVERYTHING)
@example(BY_NAME["vllm/m#work api_base: https://gw.example.com/v1"], Surroundings(comments=True, uses=True))
@example(BY_NAME["openai/gpt-4o, api_key: sk-proj-A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8S9t0"], Surroundings(uses=True))
@given(st.sampled_from(ENTRIES), SURROUNDINGS)
@settings(max_examples=30, deadline=None)
def test_law_in_any_surroundings(mistake: Mistake, around: Surroundings) -> None:
    check_in_surroundings(mistake, around)
