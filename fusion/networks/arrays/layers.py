"""Networks for OpenCV: layers written down as an ONNX model, which ``cv2.dnn`` computes without torch.

Whoever only wants to know where the people are does not wait for torch, whose import takes longer than the looking.
ONNX is a protocol buffer (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3); of it, the few messages that layers
need are written here. Batch normalisation is folded into the convolution before it.
"""

import struct
from collections.abc import Mapping, Sequence
from threading import Lock

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
Attribute = int | float | str | Sequence[int]

IR_VERSION, OPSET = 8, 13
FLOAT = 1  # type of a tensor's values
EPSILON = 1e-5  # of torch's batch normalisation


class Layers:
    """A network, layer by layer; a layer's name is that of what it gives."""

    def __init__(self, weights: Weights, channels: int) -> None:
        """Begin with the input ``x``, (1, channels, H, W) of any size, and weights by the names that torch gives."""
        self._weights = weights
        self._nodes, self._tensors, self._outputs = list[bytes](), list[bytes](), list[str]()
        self._channels = channels

    def convolution(self, x: str, name: str, norm: str | None = None, *, stride: int = 1) -> str:
        """A convolution that keeps the size but for its stride, or a linear layer; and the normalisation behind it."""
        kernel = self._weights[f"{name}.weight"].astype(np.float64)
        kernel = kernel[:, :, None, None] if kernel.ndim == 2 else kernel
        bias = self._weights.get(f"{name}.bias", np.zeros(len(kernel), np.float32)).astype(np.float64)
        if norm is not None:
            scale, shift, mean, variance = (
                self._weights[f"{norm}.{part}"].astype(np.float64)
                for part in ("weight", "bias", "running_mean", "running_var")
            )
            gain = scale / np.sqrt(variance + EPSILON)
            kernel, bias = kernel * gain[:, None, None, None], shift + (bias - mean) * gain
        half = kernel.shape[-1] // 2
        inputs = (x, self._tensor(f"{name}.kernel", kernel), self._tensor(f"{name}.bias", bias))
        size = kernel.shape[2:]
        return self._layer("Conv", inputs, kernel_shape=size, strides=(stride,) * 2, pads=(half,) * 4)

    def block(self, x: str, name: str, *, halved: bool = False) -> str:
        """A residual block, ``fusion.networks.regions.Block``."""
        way = x
        if halved:
            way = self.convolution(self.halved(x), f"{name}.way.1")
        body = self.rectified(self.convolution(x, f"{name}.body.0", f"{name}.body.1", stride=2 if halved else 1))
        return self.rectified(self.sum(self.convolution(body, f"{name}.body.3", f"{name}.body.4"), way))

    def rectified(self, x: str) -> str:
        """No value below 0."""
        return self._layer("Relu", (x,))

    def leaky(self, x: str, slope: float) -> str:
        """What is below 0 times ``slope``."""
        return self._layer("LeakyRelu", (x,), alpha=slope)

    def joined(self, x: str, y: str) -> str:
        """The channels of both, those of ``x`` first."""
        return self._layer("Concat", (x, y), axis=1)

    def pooled(self, x: str) -> str:
        """Half the size: the largest of 3x3."""
        return self._layer("MaxPool", (x,), kernel_shape=(3, 3), strides=(2, 2), pads=(1,) * 4)

    def halved(self, x: str) -> str:
        """Half the size: the mean of 2x2."""
        return self._layer("AveragePool", (x,), kernel_shape=(2, 2), strides=(2, 2), pads=(0,) * 4)

    def sum(self, x: str, y: str) -> str:
        """Both added."""
        return self._layer("Add", (x, y))

    def mean(self, x: str) -> str:
        """Over the whole picture, (1, C, 1, 1)."""
        return self._layer("GlobalAveragePool", (x,))

    def doubled(self, x: str, *, linear: bool) -> str:
        """Twice the size: each pixel four times, or linear between their middles."""
        factors = self._tensor("doubled", np.array([1, 1, 2, 2], np.float32))
        mode = "linear" if linear else "nearest"
        transformation = "half_pixel" if linear else "asymmetric"
        nearest = {} if linear else {"nearest_mode": "floor"}
        return self._layer(
            "Resize", (x, "", factors), mode=mode, coordinate_transformation_mode=transformation, **nearest
        )

    def give(self, *names: str) -> None:
        """What the network gives, in this order."""
        self._outputs += names

    def network(self, height: int, width: int) -> "Network":
        """All of it, ready to be asked; a first size of its input, which others may follow."""
        return Network(self.model(height, width), self._outputs)

    def model(self, height: int, width: int) -> bytes:
        """The ONNX model, for an input of a size."""
        graph = b"".join(_field(1, node) for node in self._nodes) + _field(2, b"network")
        graph += b"".join(_field(5, tensor) for tensor in self._tensors)
        graph += _field(11, _value("x", (1, self._channels, height, width)))
        graph += b"".join(_field(12, _value(name, (1, "c", "h", "w"))) for name in self._outputs)
        operators = _field(1, b"") + _number(2, OPSET)
        return _number(1, IR_VERSION) + _field(2, b"wordfuse") + _field(7, graph) + _field(8, operators)

    def _layer(self, kind: str, inputs: Sequence[str], **attributes: Attribute) -> str:
        name = f"{kind.lower()}{len(self._nodes)}"
        node = b"".join(_field(1, one.encode()) for one in inputs) + _field(2, name.encode()) + _field(3, name.encode())
        node += _field(4, kind.encode())
        node += b"".join(_field(5, _attribute(key, value)) for key, value in attributes.items())
        self._nodes.append(node)
        return name

    def _tensor(self, name: str, values: NDArray[np.floating]) -> str:
        name = f"{name}.{len(self._tensors)}"
        dims = b"".join(_number(1, length) for length in values.shape)
        raw = np.ascontiguousarray(values, "<f4").tobytes()
        self._tensors.append(dims + _number(2, FLOAT) + _field(8, name.encode()) + _field(9, raw))
        return name


class Network:
    """A network that OpenCV computes in float32, on as many threads as it may; one call at a time."""

    def __init__(self, model: bytes, outputs: Sequence[str]) -> None:
        """Read an ONNX model with one input."""
        self._net = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        self._outputs, self._lock = tuple(outputs), Lock()

    def __call__(self, x: Array) -> tuple[Array, ...]:
        """(1, C, H, W) -> what the network gives, each without its first axis: (c, h, w) float32."""
        with self._lock:
            self._net.setInput(np.ascontiguousarray(x, np.float32))
            # Copied, for the memory is that of the next call.
            return tuple(np.array(one[0], np.float32) for one in self._net.forward(self._outputs))


def unshuffled(x: Array, cell: int) -> Array:
    """(C, H, W) -> (1, C cell^2, H / cell, W / cell), the pixels of a cell as channels: torch's ``pixel_unshuffle``."""
    channels, height, width = x.shape
    cells = x.reshape(channels, height // cell, cell, width // cell, cell).transpose(0, 2, 4, 1, 3)
    return cells.reshape(1, channels * cell**2, height // cell, width // cell)


def shuffled(x: Array, cell: int) -> Array:
    """The inverse of :func:`unshuffled`, of (C cell^2, h, w): (C, h cell, w cell)."""
    channels, height, width = x.shape
    cells = x.reshape(channels // cell**2, cell, cell, height, width).transpose(0, 3, 1, 4, 2)
    return np.ascontiguousarray(cells.reshape(channels // cell**2, height * cell, width * cell))


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    """An input or output: its name and type; lengths that depend on others have names."""
    lengths = (_field(2, one.encode()) if isinstance(one, str) else _number(1, one) for one in shape)
    tensor = _number(1, FLOAT) + _field(2, b"".join(_field(1, length) for length in lengths))
    return _field(1, name.encode()) + _field(2, _field(1, tensor))


def _attribute(name: str, value: Attribute) -> bytes:
    begun = _field(1, name.encode())
    if isinstance(value, str):
        return begun + _field(4, value.encode()) + _number(20, 3)
    if isinstance(value, float):
        return begun + b"\x15" + struct.pack("<f", value) + _number(20, 1)
    if isinstance(value, int):
        return begun + _number(3, value) + _number(20, 2)
    return begun + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _field(number: int, content: bytes) -> bytes:
    """Bytes of a length."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)
