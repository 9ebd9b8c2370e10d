"""An agent that knows nothing of aloop but two names: editors and the command line switch its model while it runs."""

import sys

from aloop_models import ModelManager, attach


class Agent:
    def __init__(self, manager: ModelManager) -> None:
        self.manager = manager

    def switch_model(self, model_id: str) -> bool:
        return self.manager.switch_model(model_id) is not None


manager = ModelManager(*sys.argv[1:])
session = attach(
    Agent(manager), manager, on_switch=lambda model_id, who: print(f"switched {model_id} by {who}", flush=True)
)
print("ready", session.id, manager.current_model_id, flush=True)
for line in sys.stdin:
    answer = session.line(line) if line.startswith("/model") else f"{manager.current_model_id}: {line}"
    print(answer.rstrip().replace("\n", "|"), flush=True)
session.close()
