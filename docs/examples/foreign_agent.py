"""An agent that uses two names of aloop-models: editors and the command line can switch its model while it runs."""

import sys

from aloop_models import ModelManager, attach


class Agent:
    def __init__(self, manager: ModelManager) -> None:
        self.manager = manager

    def switch_model(self, model_id: str) -> bool:
        return self.manager.switch_model(model_id) is not None


def say(text: str) -> None:
    # One call, because `on_switch` is called from another thread.
    print(f"{text}\n", end="", flush=True)


manager = ModelManager(*sys.argv[1:])
session = attach(Agent(manager), manager, on_switch=lambda model_id, who: say(f"switched {model_id} by {who}"))
say(f"ready {session.id} {manager.current_model_id}")
for line in sys.stdin:
    answer = session.line(line) if line.startswith("/model") else f"{manager.current_model_id}: {line}"
    say(answer.rstrip().replace("\n", "|"))
session.close()
