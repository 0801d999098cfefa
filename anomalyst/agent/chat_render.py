"""An event, and a finished run, as chat messages: text, pictures and the checked sentences with their citations."""

from __future__ import annotations

import re
import shutil
import tempfile
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from anomalyst.agent.artifacts import RunRecord
from anomalyst.agent.claims import CheckedClaim, Explanation
from anomalyst.agent.events import Event, EventKind
from anomalyst.agent.report_pair import spoken_text
from anomalyst.samples import ImageSample, PairSample, SeriesSample
from anomalyst.tools.toolbox import describe_fact

_SVG = re.compile(r"<svg([^>]*)>(.*?)</svg>", re.DOTALL)

TITLES: dict[EventKind, str] = {
    "looked": "Looked at the input",
    "planned": "Chose a detector",
    "fitted": "Learned what normal is",
    "scored": "Scored the input",
    "looked_closer": "Looked closer",
    "wrote": "Wrote the explanation",
    "checked": "Checked every sentence",
    "refused": "Refused",
    "published": "Done",
    "progress": "Working",
}


def step(event: Event) -> gr.ChatMessage:
    """One event as a collapsible step: what was done as its title, what came of it inside; or what is being done."""
    if event.kind == "progress":
        title = f"{TITLES[event.kind]}: {event.message}"[:160]
        return gr.ChatMessage(role="assistant", content="", metadata={"title": title, "status": "pending"})
    body = str(event.data.get("answer") or event.message)[:4000].replace("`", "'")
    return gr.ChatMessage(
        role="assistant",
        content=f"```text\n{body}\n```",
        metadata={"title": f"{TITLES[event.kind]}: {event.message}"[:160], "status": "done"},
    )


def pending(message: gr.ChatMessage) -> bool:
    """Whether the message tells what is being done, and gives way to what comes next."""
    return bool(message.metadata) and message.metadata.get("status") == "pending"


def answer(explanation: Explanation) -> list[gr.ChatMessage]:
    """The explanation in words: summary, then every sentence with its citations and the verifier's verdict."""
    parts = [
        ("What was found", explanation.claims),
        ("Possible causes (hypotheses, not measured)", explanation.possible_causes),
        ("What to do next", explanation.next_actions),
    ]
    html = "".join(_section(title, claims, explanation) for title, claims in parts if claims)
    return [
        gr.ChatMessage(role="assistant", content=f"**{plain(explanation.summary, 2000)}**"),
        gr.ChatMessage(role="assistant", content=_block("anomalyst", html)),
    ]


def _section(title: str, claims: tuple[CheckedClaim, ...], explanation: Explanation) -> str:
    return f"<h4>{escape(title)}</h4>" + "".join(_sentence(checked, explanation) for checked in claims)


def _sentence(checked: CheckedClaim, explanation: Explanation) -> str:
    """The sentence; its citations open on a click and show the facts as measured."""
    facts = [fact for cited in checked.claim.cites if (fact := explanation.evidence.fact(cited)) is not None]
    lines = "<br>".join(escape(describe_fact(fact)) for fact in facts)
    mark = {"supported": "✓ supported"}.get(checked.verdict.outcome, f"✗ {checked.verdict.outcome}")
    chips = ", ".join(escape(cited) for cited in checked.claim.cites) or "no citation"
    return (
        f'<div class="claim">{escape(checked.claim.text)} <details><summary>[{chips}] {mark}, '
        f"worded by {escape(checked.author)}</summary><code>{lines}</code></details></div>"
    )


def figures(record: RunRecord) -> gr.ChatMessage:
    """The pictures of the report: outlined regions, map, what normal would look like, difference."""
    findings = record.explanation.evidence.findings
    if isinstance(record.sample, ImageSample):
        from anomalyst.agent.report_image import pictures

        shown = [(p.title, str(p.svg)) for p in pictures(record.sample, record.score_map, findings, record.masks)]
    elif isinstance(record.sample, PairSample):
        from anomalyst.agent.report_pair import pair_pictures

        drawn = pair_pictures(record.sample, record.score_map, findings, record.masks)
        shown = [(p.title, str(p.svg)) for p in drawn]
    else:
        shown = _plots(record.sample, record)
    body = "".join(
        f"<figure>{_picture(svg, title)}<figcaption>{escape(title)}</figcaption></figure>" for title, svg in shown
    )
    kind = "anomalyst" if isinstance(record.sample, SeriesSample) else "anomalyst grid"
    spoken = spoken_text(record.sample, record.score_map, findings)
    body = body if spoken is None else f'<p class="spoken">{spoken}</p>{body}'
    return gr.ChatMessage(role="assistant", content=_block(kind, body))


def _plots(sample: SeriesSample, record: RunRecord) -> list[tuple[str, str]]:
    from anomalyst.agent.report_series import overview, zoom

    findings = record.explanation.evidence.findings
    plots = [("The whole series with the findings shaded", str(overview(sample, record.score_map, findings)))]
    for finding in findings[:3]:
        plots.append((f"{finding.id}: observed and expected", str(zoom(sample, record.score_map, finding))))
    return plots


def _picture(svg: str, title: str) -> str:
    """The report's SVG as an <img>, its style inside: the chat strips SVG out of messages, but shows images."""
    first = _SVG.search(svg)
    if first is None:
        raise ValueError(f"no SVG in the picture {title!r}")
    names = {"xmlns": "http://www.w3.org/2000/svg", "xmlns:xlink": "http://www.w3.org/1999/xlink"}
    head = first.group(1) + "".join(f' {k}="{v}"' for k, v in names.items() if f'{k}="' not in first.group(1))
    whole = f"<svg{head}><style>{_style()}</style>{first.group(2)}</svg>"
    data = b64encode(whole.encode()).decode()
    return f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{data}">'


@cache
def _style() -> str:
    """The report's style sheet."""
    return (Path(__file__).parent / "templates" / "report.css.j2").read_text(encoding="utf-8")


def _block(kind: str, html: str) -> str:
    """HTML as one block of Markdown: a blank line would end the block. Components would not outlive the next turn."""
    return f'<div class="{kind}">' + " ".join(html.split()) + "</div>"


def download(out: Path) -> gr.ChatMessage:
    """The report to take along, copied to where Gradio serves files from."""
    place = Path(tempfile.mkdtemp(dir=_upload_folder())) / "report.html"
    shutil.copyfile(out / "report.html", place)
    return gr.ChatMessage(role="assistant", content=FileData(path=str(place)))


def _upload_folder() -> Path:
    folder = Path(get_upload_folder())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def plain(text: Any, limit: int = 300) -> str:
    """Text of data as text: no Markdown, no HTML, bounded."""
    kept = str(text)[:limit].replace("`", "'")
    return escape(kept, quote=False).replace("*", "\\*").replace("_", "\\_").replace("[", "\\[")
