"""What hosts and learners do with rounds; each in one transaction, with the fact of it in the outbox."""

from openrounds.rounds.actions.ask import answer_ask, ask, promote_ask
from openrounds.rounds.actions.close import add_reference, close_round, remove_reference, write_summary
from openrounds.rounds.actions.commit import Answer, commit, give_up, see
from openrounds.rounds.actions.extra import release_extra
from openrounds.rounds.actions.merge import merge, unmerge
from openrounds.rounds.actions.question import ask_question
from openrounds.rounds.actions.release import open_round, release_step
from openrounds.rounds.actions.room import (
    hide,
    mark,
    mark_read,
    move,
    pause,
    pin,
    resume,
    set_slow_mode,
    unhide,
)
from openrounds.rounds.actions.schedule import (
    announce,
    begin_closing,
    reopen,
    schedule_round,
    unschedule_round,
    withdraw_round,
)
from openrounds.rounds.actions.series import create_series, edit_series, end_series, next_round
from openrounds.rounds.actions.speak import speak
from openrounds.rounds.actions.steps import add_step, edit_step, move_step, remove_step
from openrounds.rounds.actions.write import (
    create_round,
    delete_draft,
    duplicate_round,
    edit_round,
    set_facilitators,
)

__all__ = [
    "Answer",
    "add_reference",
    "add_step",
    "announce",
    "answer_ask",
    "ask",
    "ask_question",
    "begin_closing",
    "close_round",
    "commit",
    "create_round",
    "create_series",
    "delete_draft",
    "duplicate_round",
    "edit_round",
    "edit_series",
    "edit_step",
    "end_series",
    "give_up",
    "hide",
    "mark",
    "mark_read",
    "merge",
    "move",
    "move_step",
    "next_round",
    "open_round",
    "pause",
    "pin",
    "promote_ask",
    "release_extra",
    "release_step",
    "remove_reference",
    "remove_step",
    "reopen",
    "resume",
    "schedule_round",
    "see",
    "set_facilitators",
    "set_slow_mode",
    "speak",
    "unhide",
    "unmerge",
    "unschedule_round",
    "withdraw_round",
    "write_summary",
]
