"""Training a conditional denoiser without a classifier: texts, texts with words left out, and no text, by one network.

The loss is that of `training/training.py`, Σ λ(σ) ‖D(x₀ + σn; σ, y) − x₀‖² with λ = 1 / c_out² (Karras et al. 2022,
arXiv 2206.00364). For a share of the samples y is the null condition (Ho & Salimans 2022, arXiv 2207.12598); for
others one word, or several, are left out, so that i(x; word | rest) asks the network only what it has learned. Every
random number
of a step comes from the seed and the step's number: a resumed training repeats what an uninterrupted one does.

Where false texts are given, losses against them may be added (`conditional/contrast.py`). A denoiser that starts from a
`TextPrior` learns maps that are made already, and stops where held-out pairs tell it to (`conditional/held.py`).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from anomalyst.detectors.conditional.contrast import FalseTexts, odds_loss, unsaid, with_gaps
from anomalyst.detectors.conditional.denoiser import ConditionalDenoiser
from anomalyst.detectors.conditional.held import HeldPairs
from anomalyst.detectors.conditional.sketch import learn_sketch, sketch_loss
from anomalyst.detectors.conditional.text import Condition, Tokens
from anomalyst.detectors.training import resume
from anomalyst.detectors.training.draws import batch_index, random_source, stratified
from anomalyst.detectors.training.precision import Precision, matrix_products
from anomalyst.errors import InputError, ModelError

OnReport = Callable[[int, float, float], None]
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
    `device`: "cuda", "cpu", None for a GPU where there is one; random numbers differ between the two.
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
    device: str | None = None
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
    kind = torch.uint8 if folds is None else torch.float32
    if len(pictures) != len(texts) or not len(texts) or pictures.dtype != kind:
        raise InputError(
            f"got {len(texts)} texts for pictures of {pictures.dtype} and shape {tuple(pictures.shape)}; give {kind} "
            "(N, C, h, w) and one text for each."
        )
    settings = settings or PairTraining()
    if settings.contrast and (false_texts is None or len(false_texts) != len(texts)):
        raise InputError("contrast needs false_texts, some for each picture; give them, or set contrast to 0.")
    run = _PairRun(denoiser, pictures, texts, false_texts if settings.contrast else None, settings)
    if folds is not None:
        run.hold_out(folds)
    if folder is not None:
        run.keep_in(folder)
    return run.go(on_report)


class _PairRun:
    """One training: weights, their average, optimiser, and where it stands."""

    def __init__(
        self,
        denoiser: ConditionalDenoiser,
        pictures: Tensor,
        texts: Sequence[str],
        false_texts: Sequence[Sequence[str]] | None,
        settings: PairTraining,
    ) -> None:
        self.device = torch.device(settings.device or ("cuda" if torch.cuda.is_available() else "cpu"))
        self.denoiser, self.settings = denoiser.train().moved(self.device), settings
        self.pictures = pictures.to(self.device)
        others = [text for own in false_texts or () for text in own]
        read = denoiser.text.read([*texts, *others]).to(self.device)  # together, so that all are padded alike
        self.tokens = read.rows(slice(len(texts)))
        self.false = (
            None
            if false_texts is None
            else FalseTexts.of(read.rows(slice(len(texts), None)), false_texts).to(self.device)
        )
        self.learned: list[Tensor] = [p for p in denoiser.parameters() if p.requires_grad]
        self.average = [p.detach().clone() for p in self.learned]
        reads = [p for p in denoiser.text.parameters() if p.requires_grad]
        draws = [p for p in denoiser.parameters() if p.requires_grad and not any(p is q for q in reads)]
        shares = ((draws, 1.0), (reads, settings.text_rate))
        groups = [{"params": part, "share": share} for part, share in shares if part]
        self.optimizer = torch.optim.AdamW(groups, lr=settings.learning_rate, weight_decay=0.01, fused=True)
        self.step, self.losses, self.recent = 0, list[float](), list[Tensor]()
        self.seconds, self.began = 0.0, time.monotonic()
        self.folder: Path | None = None
        self.digest = ""
        self.folds: Tensor | None = None
        self.held: HeldPairs | None = None

    def hold_out(self, folds: Tensor) -> None:
        """Learn from all folds but one, and judge by that one."""
        folds = folds.to(self.device)
        held, inside = folds == HELD_FOLD, folds != HELD_FOLD
        self.held = HeldPairs(self.pictures[held], self.tokens.rows(held), folds[held], self.denoiser)
        self.pictures, self.tokens, self.folds = self.pictures[inside], self.tokens.rows(inside), folds[inside]
        with matrix_products(self.settings.precision, self.device):
            self.held.watch(self.denoiser.eval(), self.learned)
        self.denoiser.train()

    def go(self, on_report: OnReport | None) -> list[float]:
        """Train to the end."""
        self.began = time.monotonic() - self.seconds
        settings = self.settings
        last = min(settings.steps, settings.until or settings.steps)
        if self.step == 0 and settings.sketch_steps:
            drawn = self.denoiser, self.pictures, self.tokens
            learn_sketch(*drawn, settings.sketch_steps, settings.seed, settings.precision)
            self.average = [p.detach().clone() for p in self.learned]
        while self.step < last and self._done() < 1:
            self._advance(self._done())
            if self.step % self.settings.every == 0 or self.step == last or self._done() >= 1:
                self._report(on_report)
        self._put(self.average if self.held is None else self.held.best)
        self.denoiser.moved("cpu").eval().requires_grad_(False)
        return self.losses

    @torch.no_grad()
    def _put(self, weights: Sequence[Tensor]) -> None:
        for value, other in zip(self.learned, weights, strict=True):
            value.copy_(other)

    @contextmanager
    def _averaged(self) -> Iterator[ConditionalDenoiser]:
        """The denoiser with its averaged weights, for a while."""
        now = [value.detach().clone() for value in self.learned]
        self._put(self.average)
        with matrix_products(self.settings.precision, self.device):
            yield self.denoiser.eval()
        self._put(now)
        self.denoiser.train()

    def _done(self) -> float:
        """How much of the training is done, by steps, by time or by held-out pairs: 0 to 1."""
        if self.held is not None and self.held.since_best() >= self.settings.patience:
            return 1.0
        limit = self.settings.time_limit
        spent = (time.monotonic() - self.began) / limit if limit else 0.0
        return min(1.0, max(self.step / self.settings.steps, spent))

    def _advance(self, done: float) -> None:
        """One step of the optimiser and of the average; `done` lowers the learning rate along a cosine."""
        settings = self.settings
        generator = random_source(self.device, settings.seed, "pair step", self.step)
        index = batch_index(len(self.pictures), settings.batch, settings.seed, self.step).to(self.device)
        clean = self.pictures[index]
        if self.held is None:
            clean = self.denoiser.centred(clean.float() / 255)
        noise = torch.randn(clean.shape, generator=generator, device=self.device)
        with matrix_products(settings.precision, self.device):
            loss = self._loss(index, clean, noise, generator)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.learned, settings.clip)
        rate = min(1.0, (self.step + 1) / settings.warm_up) * (0.01 + 0.99 * math.cos(0.5 * math.pi * done) ** 2)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * rate * group["share"]
        self.optimizer.step()
        self.optimizer.zero_grad()
        decay = min(settings.ema, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.learned, 1 - decay)
        self.recent.append(loss.detach())
        self.step += 1

    def _loss(self, index: Tensor, clean: Tensor, noise: Tensor, generator: torch.Generator) -> Tensor:
        """The loss of denoising, and those against false texts if there are any."""
        settings, text = self.settings, self.denoiser.text
        true = self.tokens.rows(index)
        told = leave_out(self.denoiser, true, settings, generator)
        sigma = self.denoiser.sigma_quantile(stratified(settings.batch, generator))
        if self.false is None:
            said = replace(self.denoiser.given(told), fold=None if self.folds is None else self.folds[index])
            errors = _errors(self.denoiser, clean, noise, sigma, said)
            return (self.denoiser.loss_weight(sigma) * errors).mean() + sketch_loss(self.denoiser, clean, said)
        count = min(settings.contrasted, settings.batch)
        chosen = torch.linspace(0, settings.batch - 1, count).round().long()  # of all noise levels
        others = torch.ones(settings.batch, dtype=torch.bool).index_fill(0, chosen, False).nonzero()[:, 0]
        some, whole = chosen.to(self.device), others.to(self.device)
        told = true.rows(some).and_then(told.rows(whole))
        false = self.false.draw(index[some], generator)
        silent, gone = unsaid(text, true.rows(some), false)
        false = with_gaps(text, false, gone, settings.apart, generator)
        rows = torch.cat([some, whole, some, some])
        fold = None if self.folds is None else self.folds[index[rows]]
        said = replace(self.denoiser.given(told.and_then(silent, false)), fold=fold)
        errors = _errors(self.denoiser, clean[rows], noise[rows], sigma[rows], said)
        true_error, untold, lied = errors[:count], errors[-2 * count : -count], errors[-count:]
        loss = (self.denoiser.loss_weight(sigma[rows]) * errors)[:-count].mean()
        loss = loss + sketch_loss(self.denoiser, clean[rows[:-count]], said.of(slice(-count)))
        size, width = clean[0].numel(), 2 * self.denoiser.settings.p_std
        # Said is better than unsaid, which is better than false: or that words are missing would tell enough.
        ranked = ((true_error, lied), (untold, lied), (true_error, untold))
        odds = [odds_loss(size * better, size * worse, sigma[some], width) for better, worse in ranked]
        return loss + settings.contrast * torch.stack(odds).sum()

    def _report(self, on_report: OnReport | None) -> None:
        self.seconds = time.monotonic() - self.began
        self.losses.append(float(torch.stack(self.recent).mean()))
        self.recent = []
        if not math.isfinite(self.losses[-1]):
            raise ModelError(
                f"training diverged at step {self.step}; lower learning_rate ({self.settings.learning_rate!r})."
            )
        if self.held is not None:
            with self._averaged() as denoiser:
                self.held.watch(denoiser, self.average)
        if self.folder is not None:
            head = {"digest": self.digest, "step": self.step, "losses": self.losses, "seconds": self.seconds}
            head |= {"held": self.held.losses if self.held is not None else []}
            resume.write(self.folder, self._tensors(), head)
        if on_report is not None:
            on_report(self.step, self.losses[-1], self.seconds)

    def keep_in(self, folder: Path) -> None:
        """Write checkpoints into `folder`, and go on from the one that is there."""
        told = [self.tokens.ids] + ([] if self.false is None else [self.false.tokens.ids, self.false.count])
        free = dict.fromkeys(("until", "time_limit", "device"))
        described = [asdict(self.denoiser.settings), asdict(self.settings) | free]
        self.folder, self.digest = folder, resume.fingerprint(described, self.pictures, *told)
        found = resume.read(folder, self.digest)
        if found is None:
            return
        tensors, head = found
        self.step, self.losses = int(head["step"]), [float(loss) for loss in head["losses"]]
        self.seconds = float(head["seconds"])
        if self.held is not None:
            self.held.losses = [float(loss) for loss in head["held"]]
            self.held.best = [tensors[f"best/{i}"].to(self.device) for i in range(len(self.learned))]
        with torch.no_grad():
            for i, (value, mean) in enumerate(zip(self.learned, self.average, strict=True)):
                value.copy_(tensors[f"now/{i}"])
                mean.copy_(tensors[f"mean/{i}"])
                # In the layout of the weights, which the fused optimiser takes for granted.
                moments = {n: torch.empty_like(value).copy_(tensors[f"{n}/{i}"]) for n in ("exp_avg", "exp_avg_sq")}
                step = torch.tensor(float(self.step), device=self.device)
                self.optimizer.state[value] = {"step": step, **moments}

    def _tensors(self) -> dict[str, Tensor]:
        tensors: dict[str, Tensor] = {}
        for i, (value, mean) in enumerate(zip(self.learned, self.average, strict=True)):
            state = self.optimizer.state[value]
            tensors |= {f"now/{i}": value, f"mean/{i}": mean}
            tensors |= {f"{name}/{i}": state[name] for name in ("exp_avg", "exp_avg_sq")}
        if self.held is not None:
            tensors |= {f"best/{i}": weight for i, weight in enumerate(self.held.best)}
        return tensors


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
