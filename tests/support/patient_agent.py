"""Runs docs/examples/foreign_agent.py for tests of something else than time: an editor may take long on a busy machine.

`python patient_agent.py PROGRAM ARGUMENTS…`
"""

import runpy
import sys

from aloop_models.sessions import peer

peer.EDITOR_SECONDS = 30.0
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
