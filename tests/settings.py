"""The settings that tests run with: OpenRounds' own, on a data directory of this process alone.

What the developer has set for a server of theirs must change nothing here, but for `DATABASE_URL`, which chooses
the database to test against.
"""

import atexit
import os
import shutil
import tempfile

for name in [name for name in os.environ if name.startswith("OPENROUNDS_")]:
    del os.environ[name]
os.environ["OPENROUNDS_DATA"] = tempfile.mkdtemp(prefix="openrounds-tests-")
atexit.register(shutil.rmtree, os.environ["OPENROUNDS_DATA"], ignore_errors=True)

from openrounds.config.settings import *  # noqa: E402, F403 - Django's settings are the names of this module
