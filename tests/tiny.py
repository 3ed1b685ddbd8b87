"""Models so small that they are made on the spot; they import what they need: other tests do not wait for it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
WORDS = "people person car cars the on left red in a . , ##s".split()


class Tiny:
    """Makers of a tiny language model."""

    @staticmethod
    def tokenizer() -> "Tokenizer":
        from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        corpus = [
            '{"steps":[{"task":"incline","direction":"infrared"}],"refusal":null}',
            "people cars warm the",
            "äöü é",
        ] * 5
        trainer = trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=[AddedToken(token, special=True) for token in SPECIAL],
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
            show_progress=False,
        )
        tokenizer.train_from_iterator(corpus, trainer)
        return tokenizer

    @staticmethod
    def llama(vocabulary: int, *, seed: int = 0, **more: Any) -> "LlamaForCausalLM":
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM

        torch.manual_seed(seed)
        settings: dict[str, Any] = {
            "vocab_size": vocabulary,
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 1024,
            "tie_word_embeddings": True,
            # Larger than usual, so that a random model has strong opinions.
            "initializer_range": 0.3,
            "bos_token_id": 1,
            "eos_token_id": 2,
        }
        return LlamaForCausalLM(LlamaConfig(**settings | more)).eval()

    @staticmethod
    def save(model: "LlamaForCausalLM", folder: Path) -> Path:
        model.save_pretrained(folder)
        Tiny.tokenizer().save(str(folder / "tokenizer.json"))
        return folder


def pil_class(name: str) -> Any:
    """The image processor without torchvision: transformers 5 calls it ...Pil, transformers 4 knows no other."""
    import transformers

    return getattr(transformers, f"{name}Pil", None) or getattr(transformers, name)


def name_as_published(folder: Path, name: str) -> None:
    """The published checkpoints name the image processor without a backend."""
    for file in (folder / "preprocessor_config.json", folder / "processor_config.json"):
        if file.is_file():
            file.write_text(json.dumps(json.loads(file.read_text()), indent=1).replace(f"{name}Pil", name))


def tiny_detector(folder: Path) -> Path:
    """Save a GroundingDINO with random weights, as published ones are saved."""
    import torch
    import transformers as _transformers

    transformers: Any = _transformers  # it has no types for all of its own names
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]))
    tokenizer = transformers.BertTokenizerFast.from_pretrained(str(folder), model_max_length=32)
    size = {"shortest_edge": 64, "longest_edge": 96}
    image_processor = pil_class("GroundingDinoImageProcessor")(size=size)
    transformers.GroundingDinoProcessor(image_processor=image_processor, tokenizer=tokenizer).save_pretrained(folder)
    name_as_published(folder, "GroundingDinoImageProcessor")
    torch.manual_seed(0)
    config = transformers.GroundingDinoConfig(
        backbone_config=transformers.SwinConfig(
            image_size=64,
            embed_dim=8,
            depths=[1, 1, 1, 1],
            num_heads=[1, 1, 2, 2],
            window_size=4,
            out_indices=[2, 3, 4],
        ),
        text_config=transformers.BertConfig(
            vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
        ),
        num_queries=12,
        d_model=32,  # its group norm has 32 groups
        encoder_layers=1,
        decoder_layers=2,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=16,
        decoder_ffn_dim=16,
        max_text_len=32,
        disable_custom_kernels=True,
    )
    transformers.GroundingDinoForObjectDetection(config).save_pretrained(folder)
    return folder


def tiny_segmenter(folder: Path) -> Path:
    """Save a SAM with random weights, as published ones are saved."""
    import torch
    import transformers as _transformers

    transformers: Any = _transformers
    size, patch = 64, 8
    image_processor = pil_class("SamImageProcessor")(
        size={"longest_edge": size},
        pad_size={"height": size, "width": size},
        mask_size={"longest_edge": 16},
        mask_pad_size={"height": 16, "width": 16},
    )
    transformers.SamProcessor(image_processor=image_processor).save_pretrained(folder)
    name_as_published(folder, "SamImageProcessor")
    torch.manual_seed(0)
    config = transformers.SamConfig(
        vision_config={
            "hidden_size": 16,
            "output_channels": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "image_size": size,
            "patch_size": patch,
            "window_size": 4,
            "global_attn_indexes": [0],
            "num_pos_feats": 8,
            "mlp_dim": 16,
            "initializer_range": 0.02,
        },
        prompt_encoder_config={
            "hidden_size": 16,
            "image_size": size,
            "patch_size": patch,
            "mask_input_channels": 4,
        },
        mask_decoder_config={
            "hidden_size": 16,
            "mlp_dim": 16,
            "num_hidden_layers": 1,
            "num_attention_heads": 2,
            "iou_head_hidden_dim": 16,
        },
    )
    transformers.SamModel(config).save_pretrained(folder)
    return folder
