"""Training a conditional denoiser without a classifier: texts, texts with words left out, and no text, by one network.

The loss is that of `training/training.py`, Σ λ(σ) ‖D(x₀ + σn; σ, y) − x₀‖² with λ = 1 / c_out² (Karras et al. 2022,
arXiv 2206.00364). For a share of the samples y is the null condition (Ho & Salimans 2022, arXiv 2207.12598); for
others one word, or several, are left out, so that i(x; word | rest) asks the network only what it has learned. Every
random number of a step comes from the seed and the step's number: a resumed training repeats what an uninterrupted one
does, and many processes started by `accelerate launch` together do what one would. The loop is `training/loop.py`.

Where false texts are given, losses against them may be added (`conditional/contrast.py`). A denoiser that starts from a
`TextPrior` learns maps that are made already, and stops where held-out pairs tell it to (`conditional/held.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from anomalyst.detectors.conditional.contrast import FalseTexts, odds_loss, unsaid, with_gaps
from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.held import HeldPairs
from anomalyst.detectors.conditional.sketch import learn_sketch, sketch_loss
from anomalyst.detectors.conditional.text import Condition, Tokens
from anomalyst.detectors.training import resume
from anomalyst.detectors.training.draws import batch_index, random_source, stratified
from anomalyst.detectors.training.loop import OnReport, Pace, Run, Task
from anomalyst.detectors.training.precision import Precision, matrix_products
from anomalyst.errors import InputError

if TYPE_CHECKING:
    from accelerate import Accelerator

HELD_FOLD = 0  # not learned from: tells when to stop


@dataclass(frozen=True)
class PairTraining:
    """How to train on pairs.

    `no_text`, `no_word`, `no_words`: shares of samples without any text, without one word, and with each word left out
    by a chance of `apart`. `text_rate`: the text encoder's share of the learning rate: at the whole of it a BERT soon
    gives every word the same embedding. `sketch_steps`: of learning the sketch alone, at first. `ema`: decay of the
    averaged weights, which are the ones kept. `every`: steps between reports and checkpoints. The learning rate rises
    over `warm_up` steps and falls along a cosine. `contrast`: weight of the losses against false texts, 0 for none;
    `contrasted`: how many samples of a batch meet a false text at most. `until`: the step to stop at, None for all
    `steps`; a later call with another one goes on. `time_limit`: seconds, those before an interruption included,
    towards which the learning rate falls and after which training ends. `precision`: "auto" is bfloat16 where the
    processor or GPU multiplies matrices of it several times as fast, else float32; weights and losses are float32 in
    any case. `patience`: how many reports the loss of held-out pairs may stay above its least before training ends.
    """

    steps: int = 2000
    batch: int = 64
    learning_rate: float = 2e-3
    text_rate: float = 0.25
    sketch_steps: int = 0
    warm_up: int = 100
    ema: float = 0.998
    clip: float = 1.0
    no_text: float = 0.12
    no_word: float = 0.35
    no_words: float = 0.1
    apart: float = 0.3
    every: int = 100
    patience: int = 4
    contrast: float = 0.0
    contrasted: int = 16
    until: int | None = None
    time_limit: float | None = None
    precision: Precision = "auto"
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.steps, self.batch, self.every) < 1 or self.learning_rate <= 0:
            raise InputError("steps, batch and every must be at least 1, and learning_rate above 0.")
        if self.contrast < 0 or self.contrasted < 1:
            raise InputError("contrast is a weight from 0 on, and contrasted at least 1.")
        if min(self.no_text, self.no_word, self.no_words) < 0 or self.no_text + self.no_word + self.no_words > 1:
            raise InputError("no_text, no_word and no_words are shares of the samples: from 0 on, together at most 1.")


def train_pairs(  # noqa: PLR0913 - what to learn from, how, and what to tell are separate questions
    denoiser: ConditionalDenoiser,
    pictures: Tensor,
    texts: Sequence[str],
    settings: PairTraining | None = None,
    *,
    false_texts: Sequence[Sequence[str]] | None = None,
    folds: Tensor | None = None,
    folder: Path | None = None,
    on_report: OnReport | None = None,
) -> list[float]:
    """Train in place on `pictures`, uint8 (N, 3, h, w), and their texts; returns the loss at each report.

    `folds` (N,): of a denoiser with a prior, with which fold the prior left each pair out; `pictures` are then maps,
    float32 (N, C, h, w), and those of the first fold are not learned from but tell when to stop. `false_texts`: for
    each picture some that are not true of it, needed for `settings.contrast` and unused without.
    With `folder` a checkpoint is kept there and gone on from: after a kill call again with the same arguments.
    `on_report(step, loss, seconds)` follows. The denoiser ends with the averaged weights, in eval mode and on
    the processor.
    """
    from accelerate import Accelerator  # slow to import

    kind = torch.uint8 if folds is None else torch.float32
    if len(pictures) != len(texts) or not len(texts) or pictures.dtype != kind:
        raise InputError(
            f"got {len(texts)} texts for pictures of {pictures.dtype} and shape {tuple(pictures.shape)}; give {kind} "
            "(N, C, h, w) and one text for each."
        )
    settings = settings or PairTraining()
    if settings.contrast and (false_texts is None or len(false_texts) != len(texts)):
        raise InputError("contrast needs false_texts, some for each picture; give them, or set contrast to 0.")
    accelerator = Accelerator(mixed_precision="no")
    task = PairTask(denoiser, pictures, texts, false_texts if settings.contrast else None, settings, accelerator)
    if folds is not None:
        task.hold_out(folds)
    losses = Run(task, accelerator, folder).go(on_report=on_report).losses
    denoiser.moved("cpu").eval().requires_grad_(False)
    return losses


class PairTask(Task):
    """A conditional denoiser that learns pairs."""

    fused = True
    judged_first = True  # a prior is an answer already

    def __init__(
        self,
        denoiser: ConditionalDenoiser,
        pictures: Tensor,
        texts: Sequence[str],
        false_texts: Sequence[Sequence[str]] | None,
        settings: PairTraining,
        accelerator: Accelerator,
    ) -> None:
        super().__init__(_pace(settings), accelerator)
        if self.device.type == "mps":  # the GPUs of Macs cannot compute all of this
            self.device = torch.device("cpu")
        self.denoiser, self.settings = denoiser.moved(self.device), settings
        self.batch = self.even(settings.batch)
        self.pictures = pictures.to(self.device)
        others = [text for own in false_texts or () for text in own]
        read = denoiser.text.read([*texts, *others]).to(self.device)  # together, so that all are padded alike
        self.tokens = read.rows(slice(len(texts)))
        self.false = (
            None
            if false_texts is None
            else FalseTexts.of(read.rows(slice(len(texts), None)), false_texts).to(self.device)
        )
        self.folds: Tensor | None = None
        self.held: HeldPairs | None = None

    def hold_out(self, folds: Tensor) -> None:
        """Learn from all folds but one, and judge by that one."""
        folds = folds.to(self.device)
        held, inside = folds == HELD_FOLD, folds != HELD_FOLD
        self.held = HeldPairs(self.pictures[held], self.tokens.rows(held), folds[held], self.denoiser)
        self.pictures, self.tokens, self.folds = self.pictures[inside], self.tokens.rows(inside), folds[inside]

    def groups(self) -> list[tuple[list[nn.Parameter], float]]:
        """What draws, and what reads at its own share of the learning rate."""
        reads = [p for p in self.denoiser.text.parameters() if p.requires_grad]
        draws = [p for p in self.parameters() if p.requires_grad and not any(p is q for q in reads)]
        return [(draws, 1.0), (reads, self.settings.text_rate)]

    def begin(self) -> None:
        """Learn the sketch alone."""
        if self.settings.sketch_steps:
            drawn = self.denoiser, self.pictures, self.tokens
            learn_sketch(*drawn, self.settings.sketch_steps, self.settings.seed, self.settings.precision)

    def held_out_loss(self) -> float | None:
        """How badly held-out pairs are told from others."""
        if self.held is None:
            return None
        with matrix_products(self.settings.precision, self.device):
            return self.held.loss(self.denoiser)

    def fingerprint(self) -> str:
        """Of network, settings, pictures and texts."""
        told = [self.tokens.ids] + ([] if self.false is None else [self.false.tokens.ids, self.false.count])
        free = dict.fromkeys(("until", "time_limit"))
        described = [asdict(self.denoiser.settings), asdict(self.settings) | free]
        return resume.fingerprint(described, self.pictures, *told)

    def forward(self, step: int) -> Tensor:
        """The loss of denoising, and those against false texts if there are any."""
        settings, device = self.settings, self.device
        generator = random_source(device, settings.seed, "pair step", step)
        index = batch_index(len(self.pictures), self.batch, settings.seed, step).to(device)
        clean = self.pictures[index]
        if self.held is None:
            clean = self.denoiser.centred(clean.float() / 255)
        noise = torch.randn(clean.shape, generator=generator, device=device)
        with matrix_products(settings.precision, device):
            return self._loss(index, clean, noise, generator)

    def _loss(self, index: Tensor, clean: Tensor, noise: Tensor, generator: torch.Generator) -> Tensor:
        true = self.tokens.rows(index)
        told = leave_out(self.denoiser, true, self.settings, generator)
        sigma = self.denoiser.sigma_quantile(stratified(self.batch, generator))
        rows, tokens, false = self._asked(index, true, told, generator)
        fold = None if self.folds is None else self.folds[index[rows]]
        said = replace(self.denoiser.given(tokens), fold=fold)
        clean, sigma, learned = clean[rows], sigma[rows], slice(len(rows) - false)
        errors = _errors(self.denoiser, clean, noise[rows], sigma, said)
        loss = (self.denoiser.loss_weight(sigma) * errors)[learned].mean()
        loss = loss + sketch_loss(self.denoiser, clean[learned], said.of(learned))
        return loss + self.settings.contrast * self._odds(errors, sigma, clean[0].numel(), false) if false else loss

    def _asked(
        self, index: Tensor, true: Tokens, told: Tokens, generator: torch.Generator
    ) -> tuple[Tensor, Tokens, int]:
        """This process's share of what is asked in a step: samples of the batch, what each is told, and how many are
        told false texts. These come last, before them the same samples without what is false, and first with the truth.
        """
        if self.false is None:
            rows = torch.arange(self.batch, device=self.device)[self.mine]
            return rows, told.rows(rows), 0
        text = self.denoiser.text
        chosen = _spread(min(self.even(self.settings.contrasted), self.batch), self.batch)  # of all noise levels
        others = torch.ones(self.batch, dtype=torch.bool).index_fill(0, chosen, False).nonzero()[:, 0]
        met = chosen.to(self.device)
        false = self.false.draw(index[met], generator)
        silent, gone = unsaid(text, true.rows(met), false)
        false = with_gaps(text, false, gone, self.settings.apart, generator)
        some, whole = met[self.mine], others.to(self.device)[self.mine]
        tokens = true.rows(some).and_then(told.rows(whole), silent.rows(self.mine), false.rows(self.mine))
        return torch.cat([some, whole, some, some]), tokens, len(some)

    def _odds(self, errors: Tensor, sigma: Tensor, size: int, count: int) -> Tensor:
        """The losses against false texts, from the errors of `_asked`: scalar."""
        true, untold, lied = errors[:count], errors[-2 * count : -count], errors[-count:]
        width = 2 * self.denoiser.settings.p_std
        # Said is better than unsaid, which is better than false: or that words are missing would tell enough.
        ranked = ((true, lied), (untold, lied), (true, untold))
        odds = [odds_loss(size * better, size * worse, sigma[:count], width) for better, worse in ranked]
        return torch.stack(odds).sum()


def _pace(settings: PairTraining) -> Pace:
    return Pace(
        steps=settings.steps,
        until=min(settings.steps, settings.until or settings.steps),
        every=settings.every,
        warm_up=settings.warm_up,
        learning_rate=settings.learning_rate,
        ema=settings.ema,
        clip=settings.clip,
        patience=settings.patience,
        time_limit=settings.time_limit,
    )


def _spread(count: int, total: int) -> Tensor:
    """`count` of the numbers below `total`, evenly spread: (count,)."""
    return torch.linspace(0, total - 1, count).round().long()


def leave_out(
    denoiser: ConditionalDenoiser, tokens: Tokens, settings: PairTraining, generator: torch.Generator
) -> Tokens:
    """Texts as a step tells them: some whole, some without a word or words, some not at all."""
    count, length = tokens.ids.shape
    device = generator.device
    fate = torch.rand(count, generator=generator, device=device)
    silent = fate < settings.no_text
    one = (fate >= settings.no_text) & (fate < settings.no_text + settings.no_word)
    some = (fate >= settings.no_text + settings.no_word) & (
        fate < settings.no_text + settings.no_word + settings.no_words
    )
    words = tokens.word.max(1).values + 1
    chosen = (torch.rand(count, generator=generator, device=device) * words).long()
    apart = torch.rand(count, length, generator=generator, device=device) < settings.apart
    # All tokens of a word go together: the chance is drawn per word and read at its tokens.
    apart = apart.gather(1, tokens.word.clamp_min(0)) & (tokens.word >= 0)
    dropped = torch.where(some[:, None], apart, one[:, None] & (tokens.word == chosen[:, None]))
    return denoiser.text.silent(denoiser.text.without(tokens, dropped), silent)


def _errors(denoiser: ConditionalDenoiser, clean: Tensor, noise: Tensor, sigma: Tensor, said: Condition) -> Tensor:
    """mean (D(x₀ + σn; σ, y) − x₀)² of each sample: (B,)."""
    level = sigma.reshape(-1, 1, 1, 1)
    denoised = denoiser(clean + level * noise, sigma, said)
    errors: Tensor = (denoised - clean).square().flatten(1).mean(1)
    return errors
