"""What a run and its language model say to each other while it investigates: calls of tools, and what these give back.

An answer that holds no call that can be used is not lost: the reason goes back as what the call gave. Who goes on so is
asked no more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage

from anomalyst.agent.language.patience import Patience
from anomalyst.agent.language.prompting import quoted
from anomalyst.evidence.claims import BUILTIN
from anomalyst.tools.toolbox import Call

MAX_STEPS = 10  # answers of the model
MAX_CALLS = 6  # calls of one answer that are made
MAX_USELESS = 3  # answers in a row that hold nothing to use
MAX_REASON = 300  # characters that are kept
SHARE = 0.6  # of its seconds and tokens, after which the model is asked for no more steps: the rest is for writing
FINISH = "finish"


@dataclass
class Talk:
    """One conversation: its `messages`; `made`: what each call that was made gave, by its key; `done`: those that
    worked; how many `steps` and `calls` of the model there were, how many of its last steps were `useless`; `over`:
    whether it is asked no more."""

    messages: list[BaseMessage] = field(default_factory=list)
    made: dict[str, str] = field(default_factory=dict)
    done: list[Call] = field(default_factory=list)
    steps: int = 0
    calls: int = 0
    useless: int = 0
    over: bool = False

    def used_up(self, patience: Patience, refused: Callable[[str], None]) -> bool:
        """Whether the model is asked no more as its steps are taken, or what is left is wanted for writing."""
        limit = f"the {MAX_STEPS} steps of a model are taken" if self.steps >= MAX_STEPS else patience.short(SHARE)
        if limit:
            self.over = True
            refused(f"{limit}; the built-in policy finds out the rest")
        return bool(limit)

    def heard(
        self, answer: AIMessage | None, allowed: Sequence[str], author: str, refused: Callable[[str], None]
    ) -> list[Call]:
        """The calls to make, of an answer of the model; `refused` hears why others are not. Each call gets an answer:
        those that are made in `told`, the others here."""
        self.steps += 1
        calls: list[Call] = []
        given = [] if answer is None else answer.tool_calls
        broken = [] if answer is None else answer.invalid_tool_calls
        if answer is not None and (given or broken):
            self.messages.append(answer)
        elif answer is not None and not self.calls:
            refused("the model called no tool; the built-in policy finds out what is needed")
        for bad in broken:
            self._answer(bad["id"], "the arguments of this call cannot be read; call again.")
            refused(f"the arguments of a call of {str(bad['name'])[:80]!r} cannot be read")
        for number, one in enumerate(given):
            call = _call(one["name"], one["args"], one["id"] or one["name"], author)
            if call.name == FINISH and FINISH in allowed:
                self.over = True
                self._answer(call.id, "finished")
            elif reason := self._refusal(call, allowed, number):
                self._answer(call.id, reason)
                refused(f"the model called {call.name[:80]!r}: {reason.splitlines()[0][:200]}")
            else:
                calls.append(call)
        self.calls += len(calls)
        self.useless = 0 if calls else self.useless + 1
        if self.useless >= MAX_USELESS and not self.over:
            self.over = True
            refused(f"{MAX_USELESS} answers of the model could not be used; the built-in policy goes on")
        return calls

    def _refusal(self, call: Call, allowed: Sequence[str], number: int) -> str:
        """Why a call is not made; "" where it is."""
        if call.name not in allowed:
            return f"there is no such tool; allowed are {', '.join(allowed)}"
        if call.key in self.made:
            return f"it was called before, and gave: {self.made[call.key]}"
        return "" if number < MAX_CALLS else f"only {MAX_CALLS} calls are made at once; call again"

    def told(self, call: Call, given: str, left: dict[str, Any], *, failed: bool) -> None:
        """Keep what a call gave; who made it reads it, with what is left to spend."""
        self.made[call.key] = given
        self.done += [] if failed else [call]
        self.useless += failed and call.author != BUILTIN
        if not self.messages or self.over:
            return
        data = {"tool": call.name, "gave": given.splitlines(), "left": left}
        if call.id:
            self._answer(call.id, quoted(data))
        else:
            self.messages.append(HumanMessage(f"`{call.name}` was called for you.\n\n{quoted(data | call.args)}"))

    def _answer(self, ident: str | None, text: str) -> None:
        self.messages.append(ToolMessage(text, tool_call_id=ident or ""))


def _call(name: str, args: dict[str, Any], ident: str, author: str) -> Call:
    """A call of a model, its reason taken out of the arguments."""
    others = {key: value for key, value in args.items() if key != "reason"}
    return Call(name, others, " ".join(str(args.get("reason", "")).split())[:MAX_REASON], author, ident)
