"""`bits`: a kind of data of somebody else's, with the least answers: text files of noughts and ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray
from PIL import Image

from anomalyst.detectors.contract import Detector, ScoreMap
from anomalyst.detectors.offer import Offer
from anomalyst.errors import InputError
from anomalyst.evidence.facts import Evidence, Finding, Region
from anomalyst.evidence.findings import FoundRegions, Mask, RegionRules, find_regions, strength
from anomalyst.evidence.healing import Healings, healed_places
from anomalyst.evidence.record import RunRecord
from anomalyst.evidence.sentences import Advice
from anomalyst.evidence.speech.speech import Speech
from anomalyst.evidence.units import Measure
from anomalyst.modalities.base import Modality
from anomalyst.modalities.files import Listing
from anomalyst.modalities.shown import Axis, Card, Drawn, Marking, Picture, Pictures, ToMark
from anomalyst.modalities.sources import Arrays, Inside, Ways
from anomalyst.modalities.told import Nouns, Telling
from anomalyst.modalities.trial import Trial
from anomalyst.samples import Sample, expect

LENGTH, RUN, RATE = 400, 24, 0.2


@dataclass(frozen=True)
class BitsSample:
    """Noughts and ones (n,)."""

    values: NDArray[np.int8]
    name: str = "bits"
    notes: tuple[str, ...] = field(default=())
    modality: str = "bits"

    @property
    def shape(self) -> tuple[int, ...]:
        """How many there are."""
        return self.values.shape


class BitsRegion(Region):
    """Bits from `start` up to `stop`."""

    kind: Literal["bits"] = "bits"
    start: int
    stop: int


def _outline(mask: Mask) -> BitsRegion:
    places = np.flatnonzero(mask)
    return BitsRegion(start=int(places[0]), stop=int(places[-1]) + 1)


class Bits(Modality):
    """Rows of bits."""

    name = "bits"
    nouns = Nouns(
        title="Bits", one="row of bits", many="rows of bits", input="row of bits", thing="row", things="rows",
        normal="row", normals="rows", alike="normal rows", data="bits",
    )  # fmt: skip
    offer = Offer("bits", detectors={"bits-run": "acme.run:Run"})
    ways = Ways(files="text of noughts and ones (.bits)", suffixes=frozenset({".bits"}), inside="rows of bits")
    marking = Marking((Axis("start", "stop", "first", "behind the last"),), "Type the first bit.", "start < stop")
    sample = BitsSample
    region = BitsRegion
    told = Telling(
        frozenset({"bit", "bits", "row"}), "time", Advice("Read the source of {region} again.", "peak_ratio", {})
    )

    # in

    def knows(self, source: Any) -> float:
        """Files that end in .bits."""
        return float(isinstance(source, BitsSample) or (isinstance(source, Path) and source.suffix == ".bits"))

    def read(self, source: Any, text: str | None = None) -> Sample:
        """The noughts and ones of a file."""
        written = "".join(source.read_text(encoding="utf-8", errors="replace").split())
        if not written or set(written) - {"0", "1"}:
            raise InputError(f"{source.name!r} does not hold noughts and ones alone; write such as 0110.")
        return BitsSample(np.array([int(one) for one in written], np.int8), source.name)

    def inside(self, found: Listing) -> Inside:
        """The files that end in .bits."""
        return Inside([path for path in found.files if path.suffix == ".bits"])

    def profile(self, sample: Sample | None, normals: Sequence[Sample], backbone: bool) -> dict[str, Any]:
        """How many bits there are."""
        return {} if sample is None else {"bits": sample.shape[0]}

    def size(self, sample: Sample) -> str:
        """How many bits there are."""
        return f"{sample.shape[0]} bits"

    # kept and tried

    def arrays(self, sample: Sample, score_map: ScoreMap) -> tuple[dict[str, Any], Arrays]:
        """The bits."""
        return {}, {"bits": expect(BitsSample, sample).values}

    def restored(self, about: Mapping[str, Any], arrays: Arrays) -> tuple[Sample, object | None]:
        """The bits."""
        return BitsSample(arrays["bits"], str(about["name"]), tuple(about["notes"])), None

    def shapes(self, sample: Sample) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """One score and one expected value a bit."""
        return sample.shape, sample.shape

    def trial(self, seed: int) -> Trial:
        """Few ones, and a run of them as a fault."""
        places = (60, 190, 330)
        masks = [(np.arange(LENGTH) >= place) & (np.arange(LENGTH) < place + RUN) for place in places]
        rows = [_made(1_000 * seed + number) for number in range(12)]
        faulty = [
            replace(row, values=np.where(mask, 1, row.values)) for row, mask in zip(rows[8:], masks, strict=False)
        ]
        return Trial(rows[:4], rows[4:8], faulty, masks)

    # found and measured

    def locate(self, sample: Sample, score_map: ScoreMap, alpha: float, fdr: float, most: int = 8) -> FoundRegions:
        """Runs of abnormal bits."""
        return find_regions(score_map, RegionRules(_outline), alpha, fdr, most)

    def sample_facts(self, sample: Sample, score_map: ScoreMap) -> Iterator[Measure]:
        """How many bits there are."""
        yield Measure("sample", "sample_size", self.size(sample))

    def finding_facts(
        self, sample: Sample, score_map: ScoreMap, found: FoundRegions, finding: Finding
    ) -> Iterator[Measure]:
        """How strong it is."""
        yield from strength(score_map, finding)

    def healed(
        self, detector: Detector, sample: Sample, score_map: ScoreMap, found: FoundRegions, seed: int
    ) -> Healings:
        """What is found, or as much elsewhere, becomes what was expected."""
        bits = expect(BitsSample, sample)
        usual = np.rint(score_map.expected).astype(np.int8)

        def heal(mask: Mask) -> Sample:
            return replace(bits, values=np.where(mask, usual, bits.values))

        return healed_places(heal, found.union(sample.shape), seed)

    # shown

    def finding_name(self, evidence: Evidence, finding: Finding, speech: Speech) -> str:
        """What a finding is."""
        return "abnormal bits"

    def report(self, record: RunRecord, detailed: int) -> Pictures:
        """A line of blocks."""
        picture = Picture("Bits", _drawn(record.sample), "Ones are dark.")
        return Pictures("The row of bits", Drawn((picture,)))

    def card(self, record: RunRecord, ident: str, *, brief: bool = False) -> Card:
        """The same."""
        return Card(whole=(_drawn(record.sample),), heading="The row of bits")

    def thumbnail(self, sample: Sample, score_map: ScoreMap | None, finding: Finding | None) -> Image.Image:
        """The bits in a row, small."""
        pixels = np.where(expect(BitsSample, sample).values, 0, 255).astype(np.uint8)
        return Image.fromarray(pixels[None]).convert("RGB").resize((96, 8))

    def to_mark(self, record: RunRecord) -> ToMark:
        """The line of blocks."""
        return ToMark(_drawn(record.sample), record.sample.shape)


def _made(seed: int) -> BitsSample:
    values = (np.random.default_rng(seed).random(LENGTH) < RATE).astype(np.int8)
    return BitsSample(values, f"row {seed}")


def _drawn(sample: Sample) -> Markup:
    values = expect(BitsSample, sample).values
    blocks = "".join(f'<rect x="{place}" width="1" height="10"/>' for place in np.flatnonzero(values))
    return Markup(f'<svg viewBox="0 0 {len(values)} 10" role="img" aria-label="bits">{blocks}</svg>')


BITS = Bits()
