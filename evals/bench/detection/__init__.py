"""Detection on fused pictures: a small detector, fine-tuned and measured on each method's pictures (TeRF, Table 4)."""
