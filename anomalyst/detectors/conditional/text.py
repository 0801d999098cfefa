"""Text as a condition: a tokenizer and an encoder of `transformers`, trained along or taken frozen from elsewhere.

A word is left out by putting the tokenizer's mask token where it stood (without one: by deleting it), so that all
other words keep their places. The null condition is the empty text: the special tokens alone.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from anomalyst.detectors.training.precision import matrix_products
from anomalyst.errors import InputError, ModelError
from anomalyst.stopping import check_stop

# English words that claim nothing by themselves, so that none of them can be what does not fit; prepositions that say
# where ("above", "left of", "under", "in front of") are not among them.
FUNCTION_WORDS = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "of", "at", "to", "for", "from", "by", "with", "as", "and",
    "or", "but", "is", "are", "was", "were", "be", "been", "being", "it", "its", "there", "here", "has", "have", "had",
    "do", "does", "did",
})  # fmt: skip
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def claims(word: str) -> bool:
    """Whether a word says something that may be false: no function word, not only punctuation."""
    return word.lower() not in FUNCTION_WORDS and any(letter.isalnum() for letter in word)


@dataclass(frozen=True)
class TextWord:
    """A word of a text, its place `start`:`stop` in it, and whether the tokenizer has no token for it."""

    text: str
    start: int
    stop: int
    unknown: bool = False

    @property
    def claims(self) -> bool:
        """Whether it says something that may be false."""
        return claims(self.text)


@dataclass(frozen=True)
class Tokens:
    """Texts as the encoder reads them: `ids` and `mask` (B, L), and which word each token belongs to (B, L), −1 for
    special tokens and padding."""

    ids: Tensor
    mask: Tensor
    word: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, index: Tensor | slice) -> Tokens:
        """Some of the texts."""
        return Tokens(self.ids[index], self.mask[index], self.word[index])

    def to(self, device: torch.device | str) -> Tokens:
        """The same on another device."""
        return Tokens(self.ids.to(device), self.mask.to(device), self.word.to(device))

    def and_then(self, *others: Tokens) -> Tokens:
        """These texts, then others of the same length."""
        parts = [(t.ids, t.mask, t.word) for t in (self, *others)]
        return Tokens(*(torch.cat(part) for part in zip(*parts, strict=True)))


@dataclass(frozen=True)
class Condition:
    """Encoded texts: token embeddings (B, L, d), their mask (B, L), 0 at padding, and what is `said` (B, L): numbers of
    tokens, −1 for special ones, words left out, and padding.

    `fold` (B,): which fold each text was left out with, where a `TextPrior` must not use what it learned from it.
    """

    tokens: Tensor
    mask: Tensor
    said: Tensor
    fold: Tensor | None = None

    @property
    def summary(self) -> Tensor:
        """Each text as one vector: its first token's embedding and the mean of all: (B, 2 d)."""
        return torch.cat([self.tokens[:, 0], self.mean], 1)

    @property
    def mean(self) -> Tensor:
        """The mean of each text's token embeddings: (B, d)."""
        return self.tokens.sum(1) / self.mask.sum(1, keepdim=True).clamp_min(1)

    def of(self, rows: Tensor | slice) -> Condition:
        """Some of the texts."""
        fold = None if self.fold is None else self.fold[rows]
        return Condition(self.tokens[rows], self.mask[rows], self.said[rows], fold)

    def expand(self, count: int) -> Condition:
        """One text as `count` equal ones."""
        return self.of(torch.zeros(count, dtype=torch.long, device=self.said.device)) if len(self.said) == 1 else self


class TextEncoder(nn.Module):
    """Texts to token embeddings by any tokenizer and encoder of `transformers`. `trainable`: it learns with the rest.

    `max_tokens`: the most that a text may have, special ones included. `lexicon`: the words that were learned, in lower
    case, where the tokenizer reads others too; they are then as unknown as those it cannot read.
    """

    MOST_TOKENS: ClassVar[int] = 32

    def __init__(self, tokenizer: Any, model: nn.Module, trainable: bool, max_tokens: int = MOST_TOKENS) -> None:
        super().__init__()
        self.tokenizer, self.model, self.trainable, self.max_tokens = tokenizer, model, trainable, max_tokens
        self.lexicon: tuple[str, ...] = ()
        self.model.requires_grad_(trainable)

    @classmethod
    def of_words(cls, words: Collection[str], width: int = 64, layers: int = 2, seed: int = 0) -> Self:
        """An untrained BERT of few layers (Devlin et al. 2019, arXiv 1810.04805) whose tokens are whole words.

        Case does not count; a comma is a word; other words become [UNK].
        """
        from transformers import BertConfig, BertModel  # slow to import

        tokenizer = _word_tokenizer(sorted({word.lower() for word in words}))
        config = BertConfig(
            vocab_size=len(tokenizer), hidden_size=width, num_hidden_layers=layers, num_attention_heads=4,
            intermediate_size=2 * width, max_position_embeddings=cls.MOST_TOKENS, type_vocab_size=1,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, pad_token_id=0,
            initializer_range=width**-0.5,  # so that words mix from the start; the usual 0.02 is made for wide ones
        )  # fmt: skip
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return cls(tokenizer, BertModel(config, add_pooling_layer=False), trainable=True)

    @classmethod
    def from_pretrained(cls, source: str | Path, trainable: bool = False, max_tokens: int = MOST_TOKENS) -> Self:
        """Any folder or hub name that `transformers` reads with AutoTokenizer and AutoModel, frozen unless told.

        A sentence-transformers folder is one such; of models with two towers (CLIP) the text tower is taken.
        """
        from transformers import AutoModel, AutoTokenizer  # slow to import

        try:
            tokenizer = AutoTokenizer.from_pretrained(source)
            try:
                model = AutoModel.from_pretrained(source, use_safetensors=True, add_pooling_layer=False)
            except TypeError:  # an encoder that has no pooling layer to leave out
                model = AutoModel.from_pretrained(source, use_safetensors=True)
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"no text encoder can be read from {str(source)!r} ({error}); name a transformers folder or hub name."
            ) from error
        return cls(tokenizer, getattr(model, "text_model", model).float(), trainable, max_tokens).eval()

    def save_pretrained(self, folder: str | Path, half: bool = False) -> None:
        """Write tokenizer and encoder in the format of `transformers`; `half`: weights in float16."""
        self.tokenizer.save_pretrained(folder)
        model = copy.deepcopy(self.model).half() if half else self.model
        model.save_pretrained(folder)  # type: ignore[operator]

    @staticmethod
    def split(text: str) -> list[str]:
        """The words of a text as `of_words` tells them apart, in lower case."""
        from tokenizers import pre_tokenizers

        return [word for word, _ in pre_tokenizers.Whitespace().pre_tokenize_str(text.lower())]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The words that were learned: the lexicon, or those `of_words` was given in the order of their tokens."""
        if self.lexicon:
            return self.lexicon
        numbers = self.tokenizer.get_vocab()
        return tuple(word for word in sorted(numbers, key=numbers.__getitem__) if word not in SPECIAL)

    @property
    def width(self) -> int:
        """d of the token embeddings."""
        return int(self.model.config.hidden_size)  # type: ignore[union-attr,arg-type]

    def read(self, texts: Sequence[str]) -> Tokens:
        """Texts to tokens, padded to the longest. Raises InputError for one that is too long."""
        read = self.tokenizer(list(texts), padding=True, return_tensors="pt")
        ids, mask = read["input_ids"], read["attention_mask"]
        if ids.shape[1] > self.max_tokens:
            longest = max(texts, key=len)
            raise InputError(
                f"the text {longest[:60]!r} has {int(mask.sum(1).max())} tokens; at most {self.max_tokens} are read at "
                "once: give it sentence by sentence."
            )
        word = [[-1 if w is None else w for w in read.word_ids(i)] for i in range(len(ids))]
        return Tokens(ids, mask, torch.tensor(word))

    def fits(self, text: str) -> bool:
        """Whether a text is short enough to be read at once."""
        return len(self.tokenizer(text)["input_ids"]) <= self.max_tokens

    def words(self, text: str) -> tuple[TextWord, ...]:
        """The words of a text as `without` numbers them."""
        read = self.tokenizer(text)
        unknown = self.tokenizer.unk_token_id
        found: dict[int, TextWord] = {}
        for place, number in enumerate(read.word_ids(0)):
            if number is None or number in found:
                continue
            span = read.word_to_chars(0, number)
            said = text[span.start : span.end]
            strange = unknown is not None and read["input_ids"][place] == unknown
            strange = strange or bool(self.lexicon) and said.lower() not in self.lexicon
            found[number] = TextWord(said, span.start, span.end, strange)
        return tuple(found[number] for number in sorted(found))

    def without(self, tokens: Tokens, dropped: Tensor) -> Tokens:
        """Leave words out: `dropped` bool (B, L), true at their tokens."""
        mask_id = self.tokenizer.mask_token_id
        if mask_id is not None:
            return Tokens(tokens.ids.masked_fill(dropped, mask_id), tokens.mask, tokens.word)
        return Tokens(tokens.ids, tokens.mask * ~dropped, tokens.word)

    def silent(self, tokens: Tokens, rows: Tensor) -> Tokens:
        """The null condition in some rows, bool (B,): what the tokenizer makes of the empty text, then padding."""
        empty, longest = self.read([""]).to(tokens.ids.device), tokens.ids.shape[1]
        pad = self.tokenizer.pad_token_id
        none = [
            functional.pad(part[0], (0, max(0, longest - len(part[0]))), value=value)[:longest]
            for part, value in ((empty.ids, 0 if pad is None else pad), (empty.mask, 0), (empty.word, -1))
        ]
        said = tokens.ids, tokens.mask, tokens.word
        return Tokens(*(torch.where(rows[:, None], quiet, part) for quiet, part in zip(none, said, strict=True)))

    def forward(self, tokens: Tokens) -> Condition:
        """Token embeddings, zero at padding."""
        check_stop()
        if self.trainable:
            out = self.model(input_ids=tokens.ids, attention_mask=tokens.mask).last_hidden_state
        else:  # what was fitted to its embeddings takes them to the last digit
            with torch.no_grad(), matrix_products("float32", tokens.ids.device):
                out = self.model(input_ids=tokens.ids, attention_mask=tokens.mask).last_hidden_state
        special = torch.tensor(self.tokenizer.all_special_ids, device=tokens.ids.device)
        silent = torch.isin(tokens.ids, special) | (tokens.mask == 0)
        return Condition(out * tokens.mask[..., None], tokens.mask, tokens.ids.masked_fill(silent, -1))


def _word_tokenizer(words: Sequence[str]) -> Any:
    """A tokenizer whose tokens are these words, in lower case, in the format of `transformers`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    numbers = {word: i for i, word in enumerate((*SPECIAL, *words))}
    core = Tokenizer(models.WordLevel(numbers, unk_token="[UNK]"))
    core.normalizer = normalizers.Lowercase()
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    frame = [("[CLS]", numbers["[CLS]"]), ("[SEP]", numbers["[SEP]"])]
    core.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=frame)
    return PreTrainedTokenizerFast(
        tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]",
    )  # fmt: skip
