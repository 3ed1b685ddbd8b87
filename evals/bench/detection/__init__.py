"""Detection on fused pictures: one small detector, fine-tuned on each method's pictures and measured (TeRF, Table 4)."""
