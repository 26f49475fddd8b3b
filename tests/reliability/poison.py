"""`openrounds` with two jobs that go wrong each time: one raises, one ends its process. `POISON_ATTEMPTS`: how often each is
begun before it is given up."""

import os
from typing import NoReturn

from openrounds.jobs.registry import Tick, handler
from openrounds.ops.cli import main

ATTEMPTS = int(os.environ["POISON_ATTEMPTS"])


@handler(attempts=ATTEMPTS)
def raises(_: Tick) -> NoReturn:
    raise ValueError("poison")


@handler(attempts=ATTEMPTS)
def ends_its_process(_: Tick) -> NoReturn:
    os._exit(9)


if __name__ == "__main__":
    main()
