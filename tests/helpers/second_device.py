"""A second device where there is no GPU: tensors that say they are on it and hold a tensor of the processor inside.

The processor does what is asked of them; what mixes them with tensors of the processor fails, as it does on a GPU. So
a mistake about devices shows on any machine. Speed, memory, precision and a GPU's own kernels do not: `test_gpu.py`.

`second_device` changes torch for the rest of the process: use it in one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_leaves, tree_map_only
from torch.utils.backend_registration import _DummyBackendModule, _setup_privateuseone_for_python_backend

NAME = "emulated"
ATEN = torch.ops.aten
COPIES = (ATEN.copy_, ATEN._to_copy)  # what may meet tensors of both
INDEXED = (ATEN.index, ATEN.index_put, ATEN.index_put_, ATEN._index_put_impl_)  # by tensors of the processor, too
MADE_IN_PLACE = ("empty.memory_format", "empty_strided")  # what operations written for any device make themselves


class Elsewhere(Tensor):
    """A tensor on the second device."""

    inner: Tensor

    @staticmethod
    def __new__(cls: type[Elsewhere], inner: Tensor) -> Elsewhere:
        made: Elsewhere = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls, inner.shape, inner.stride(), dtype=inner.dtype, device=f"{NAME}:0", requires_grad=inner.requires_grad
        )
        made.inner = inner.detach()
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if _mixed(func.overloadpacket, args, kwargs):
            raise RuntimeError(f"{func} got tensors of two devices, of the processor and of another one")
        device = torch.device(kwargs["device"] if kwargs.get("device") is not None else NAME)
        if "device" in kwargs:
            kwargs["device"] = torch.device("cpu")
        out = func(*_inner(args), **_inner(kwargs))
        if device.type == "cpu":
            return out
        written = [x for x, about in zip(args, func._schema.arguments, strict=False) if about.is_write]
        if written:
            return written[0] if func._schema.returns else None
        return tree_map_only(Tensor, Elsewhere, out)

    def __repr__(self, *, tensor_contents: object = None) -> str:
        return f"Elsewhere({self.inner!r})"


def _mixed(packet: Any, args: Any, kwargs: Any) -> bool:
    """Whether an operation on a tensor of the second device also meets one of the processor that is no mere number."""
    if packet in COPIES:
        return False
    if packet in INDEXED and isinstance(args[0], Elsewhere):
        args = (*args[:1], *args[2:])
    return any(isinstance(x, Tensor) and not isinstance(x, Elsewhere) and x.ndim for x in tree_leaves((args, kwargs)))


def _inner(nested: Any) -> Any:
    return tree_map_only(Elsewhere, lambda x: x.inner, nested)


class Source(torch.Generator):
    """A generator that says where it was asked to be, and draws as the processor's does."""

    place: torch.device

    def __new__(cls, device: Any = "cpu") -> Source:
        made = super().__new__(cls)
        made.place = torch.device(device)
        return made

    device = property(lambda self: self.place)  # type: ignore[assignment]


class Emulated(TorchFunctionMode):
    """Makes tensors on the second device, and moves them there and back, where that is asked for."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func is Tensor.to:
            return _moved(*args, **kwargs)
        if func is functional.scaled_dot_product_attention:
            with sdpa_kernel(SDPBackend.MATH):  # the others are kernels of certain devices
                return func(*args, **kwargs)
        asked = kwargs.get("device")
        if asked is None or torch.device(asked).type != NAME:
            return func(*args, **kwargs)
        source = kwargs.get("generator")
        if source is not None and source.device.type != NAME:
            raise RuntimeError(f"{func} got a generator of the processor for a tensor on another device")
        made = func(*args, **{**kwargs, "device": "cpu"})
        return made if isinstance(made, Elsewhere) else Elsewhere(made)


def _moved(x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """`x.to(…)`."""
    if args and isinstance(args[0], Tensor):
        args = (args[0].device, args[0].dtype)
    device, dtype, _, layout = torch._C._nn._parse_to(*args, **kwargs)
    options: dict[str, Any] = {"dtype": dtype, "memory_format": layout}
    if device is not None and device.type == NAME:
        x = x if isinstance(x, Elsewhere) else Elsewhere(x.detach().clone())
    else:
        options["device"] = device
    chosen = {name: value for name, value in options.items() if value is not None}
    return x.to(**chosen) if chosen else x


class Backend(_DummyBackendModule):
    """What torch asks of a device besides operations."""

    def get_amp_supported_dtype(self) -> list[torch.dtype]:
        """For autocast."""
        return [torch.bfloat16]


def _made(name: str, *args: Any, device: Any = None, **kwargs: Any) -> Elsewhere:
    packet, _, overload = name.partition(".")
    return Elsewhere(getattr(getattr(ATEN, packet), overload or "default")(*args, device="cpu", **kwargs))


@cache
def _registered() -> torch.library.Library:
    """Tells torch of the device, once in a process; what the library holds is undone when it goes."""
    _setup_privateuseone_for_python_backend(NAME, Backend())
    library = torch.library.Library("aten", "IMPL")
    for name in MADE_IN_PLACE:
        library.impl(name, partial(_made, name), "PrivateUse1")
    return library


@contextmanager
def second_device() -> Iterator[str]:
    """The name of a device that torch knows within."""
    _registered()
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # or moved weights lose their class
    usual, torch.Generator = torch.Generator, Source  # type: ignore[misc]
    try:
        with Emulated():
            yield NAME
    finally:
        torch.Generator = usual  # type: ignore[misc]
